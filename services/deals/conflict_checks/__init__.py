"""Asking, before registering, whether a customer is free; so many times a day."""
