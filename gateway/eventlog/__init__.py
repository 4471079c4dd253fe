"""The public event log: every service's public events, in one order a tenant, with who may see each."""
