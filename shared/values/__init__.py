"""Pure values: money, ids, periods. Standard library only."""
