"""Whoever has had a hand in a registration decides nothing in its favour."""
