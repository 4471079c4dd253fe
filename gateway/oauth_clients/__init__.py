"""OAuth clients: apps of the vendor or of a partner."""
