"""Plumbing without business nouns; imports neither services nor gateway."""
