"""Product families: what registrations and protection are about."""
