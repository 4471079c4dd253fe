"""The people who act for a partner, and their roles."""
