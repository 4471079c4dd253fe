"""Exchange rates, by pair of currencies and day."""
