"""The gateway: the public door, identity, keys and documentation.

Owns: tenants, accounts, sessions, roles, API keys, OAuth clients, signing keys, revocations, invitations, test clocks.
Publishes: account and clock events. Listens to: the people of the partners service.
"""
