"""Deals in their stages: moving, what was planned before, and how many come how far."""
