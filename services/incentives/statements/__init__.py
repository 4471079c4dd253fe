"""Statements: the earnings of a partner and period, collected, approved and published."""
