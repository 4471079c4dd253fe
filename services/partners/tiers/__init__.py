"""Tiers of a program, and which partner was in which tier from which day."""
