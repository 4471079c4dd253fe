"""Every table of the gateway's schema, in one metadata."""

from gateway.accounts import tables as accounts
from gateway.api_keys import tables as api_keys
from gateway.audit import tables as audit
from gateway.authorizations import tables as authorizations
from gateway.calendars import tables as calendars
from gateway.credentials import tables as credentials
from gateway.custom_fields import tables as custom_fields
from gateway.eventlog import tables as eventlog
from gateway.files import tables as files
from gateway.invitations import tables as invitations
from gateway.keys import tables as keys
from gateway.mail import tables as mail
from gateway.metadata import METADATA
from gateway.oauth_clients import tables as oauth_clients
from gateway.request_logs import tables as request_logs
from gateway.revocations import tables as revocations
from gateway.roles import tables as roles
from gateway.second_factors import tables as second_factors
from gateway.sessions import tables as sessions
from gateway.tenants import tables as tenants
from gateway.test_clocks import tables as test_clocks
from gateway.webhooks import tables as webhooks

__all__ = [
    "METADATA",
    "accounts",
    "api_keys",
    "audit",
    "authorizations",
    "calendars",
    "credentials",
    "custom_fields",
    "eventlog",
    "files",
    "invitations",
    "keys",
    "mail",
    "oauth_clients",
    "request_logs",
    "revocations",
    "roles",
    "second_factors",
    "sessions",
    "tenants",
    "test_clocks",
    "webhooks",
]
