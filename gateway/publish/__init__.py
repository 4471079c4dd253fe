"""What the gateway publishes about the API: the merged specification and the documentation page."""
