"""Fields that a tenant adds to its deals, leads and partners. Their values are checked and kept by the services that own those."""
