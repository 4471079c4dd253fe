"""The hierarchy: which partner stands above which, since when, and what it sees of the one below."""
