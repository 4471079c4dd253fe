"""Offers: which partner was given which lead, until when, and how it answered."""
