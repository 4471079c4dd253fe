"""What a change of a role does to the tokens of those who have it."""
