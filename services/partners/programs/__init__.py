"""Partner programs, to which tiers belong."""
