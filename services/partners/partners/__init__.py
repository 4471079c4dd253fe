"""Partners and their lifecycle."""
