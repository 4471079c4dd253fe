"""Channel conflict: checks, verdicts and the cases people decide."""
