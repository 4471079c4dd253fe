"""Passwords and other secrets: kept as hashes, looked up before it is known whose they are."""
