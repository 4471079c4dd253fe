"""Password resets: a mail with a single-use token."""
