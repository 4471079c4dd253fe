"""Imports of all services, under one noun."""
