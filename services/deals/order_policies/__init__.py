"""Order policies: what is checked of an order, and which orders are accepted without a person."""
