"""Conflict policies: thresholds, weights and terms of conflict checks, as versions that never change."""
