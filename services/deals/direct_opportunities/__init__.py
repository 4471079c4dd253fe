"""Opportunities that the vendor follows itself, without a partner."""
