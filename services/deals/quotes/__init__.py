"""Quotes: what a partner offers its customer, at which prices and until when, in versions."""
