"""Notes on deals: shared with the partner, or internal to the vendor."""
