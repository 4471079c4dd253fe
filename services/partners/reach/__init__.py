"""Who reaches which partners: told to the sister services whenever it changes."""
