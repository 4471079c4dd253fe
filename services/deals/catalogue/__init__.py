"""Products: what is sold, by SKU, from its announcement to the end of its life."""
