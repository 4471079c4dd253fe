"""What the vendor's staff has to do about a deal; no partner ever hears of it."""
