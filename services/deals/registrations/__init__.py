"""Deal registrations from draft to won or lost."""
