"""Companies that ask to become partners."""
