"""Orders that are made of accepted quotes."""
