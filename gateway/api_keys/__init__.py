"""API keys: long-lived secrets of scripts and back ends, exchanged for short tokens at the edge."""
