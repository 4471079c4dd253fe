"""Earnings: the lines of money a partner has earned or given back, and the explanation of each."""
