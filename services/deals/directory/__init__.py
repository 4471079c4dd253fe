"""What deals knows of partners, kept from their events."""
