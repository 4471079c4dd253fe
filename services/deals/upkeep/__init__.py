"""Keeping an approved deal protected: more time, a stopped clock, and coming back after the end."""
