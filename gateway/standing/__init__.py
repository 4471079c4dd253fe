"""Standing: whether access that was once used is still somebody's."""
