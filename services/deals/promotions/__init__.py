"""Price promotions: something off for a while, for some products, tiers and countries."""
