"""What this service knows of partners and product families: projections of what their owners publish."""
