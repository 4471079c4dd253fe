"""Territories: named sets of countries that partners cover."""
