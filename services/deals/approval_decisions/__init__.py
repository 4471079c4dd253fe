"""Answering tasks of approval, and what becomes of those that nobody answers."""
