"""Sessions of people. A session acts for the vendor, or for one partner; one that was given to an app has its `client_id`."""

from sqlalchemy import Index

from gateway.metadata import METADATA
from gateway.sessions.lifecycle import LIFECYCLE
from shared.db.columns import document, entity, identifier, instant, text
from shared.db.walls import plumbing_wall

sessions = entity(
    "sessions",
    METADATA,
    identifier("account_id"),
    text("kind", check=("vendor", "partner")),
    identifier("partner_id", null=True),
    identifier("person_id", null=True),
    text("status", check=LIFECYCLE.states),
    text("end_reason", null=True),
    instant("last_used_at"),
    instant("expires_at"),
    identifier("client_id", null=True),
    document("scopes", null=True),
    # The session in the sandbox that was begun from this one, and ends with it.
    identifier("sandbox_session_id", null=True),
    Index("sessions_account", "tenant_id", "account_id", "created_at", "id"),
    Index("sessions_partner", "tenant_id", "partner_id"),
    Index("sessions_client", "tenant_id", "client_id"),
    wall=plumbing_wall("all"),
)
