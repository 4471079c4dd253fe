"""Sell-out: what distributors and resellers report they have sold, matched to the deals it was sold on."""
