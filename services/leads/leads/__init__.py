"""Leads as they come in: what they say, who may see which part of it, and their states."""
