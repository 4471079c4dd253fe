"""Conflict cases in the hands of people: assigning, resolving with effect, appealing, and what is learnt from it."""
