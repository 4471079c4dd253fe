"""Special prices: what a partner is granted beyond its list, for a deal, up to a quantity and until a day."""
