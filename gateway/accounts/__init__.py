"""Accounts: who can sign in, for the vendor or for partners."""
