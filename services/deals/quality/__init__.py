"""How well a partner registers: what it has open, what becomes of it, and one score with its parts."""
