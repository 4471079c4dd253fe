"""Domains of one house: other domains of a company, and those of its parents."""
