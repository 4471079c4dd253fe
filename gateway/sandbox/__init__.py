"""Sandboxes: the test tenant beside every live one, founded with it and entered from it."""
