"""Accrual: turns won and returned deals into earnings, exactly once, and says why."""
