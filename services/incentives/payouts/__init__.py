"""Payouts: published statements paid out, approved by a second person."""
