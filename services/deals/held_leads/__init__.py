"""Leads that are with a partner, as the leads service tells of them."""
