"""Customers, decided by their keys, and the keys under which likely matches are found."""
