"""Measures conflict checks, pages of deals and a rush for one customer among a million live registrations."""
