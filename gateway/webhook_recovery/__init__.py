"""Sending an endpoint again what it was to be told since a moment."""
