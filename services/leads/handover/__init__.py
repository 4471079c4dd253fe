"""Handover: a lead is routed or offered, accepted, declined, expires, or is taken back."""
