"""Events: an ordered log in each service's schema, the feed that reads it, and consumers that handle it once."""
