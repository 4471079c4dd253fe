"""What the edge asks: keys and anonymous tokens."""
