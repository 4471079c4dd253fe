"""How well companies are recognised, measured on pairs whose answer is known: `make bench-conflicts`."""
