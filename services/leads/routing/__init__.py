"""Routing: policies people edit, and the choice of the partner whose turn it is."""
