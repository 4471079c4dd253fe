"""Roles: bundles of scopes, as shipped or as a tenant has changed them."""
