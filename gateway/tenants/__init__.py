"""Tenants: the vendors of an installation, known by slug or host name."""
