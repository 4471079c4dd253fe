"""Sealing anew, under another secret key, everything that is sealed."""
