"""What apps have sent and what they were answered: kept for a month, without a word of what was in it."""
