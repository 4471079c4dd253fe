"""Access tokens: who gets which claims."""
