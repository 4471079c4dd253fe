"""Test clocks: a test tenant decides what time it is."""
