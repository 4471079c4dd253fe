"""Automatic approval: the policy in force, its versions, and what it decided."""
