"""Invitations: a mail with a single-use token, and what the token opens."""
