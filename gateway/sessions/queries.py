"""Which sessions somebody has."""

from typing import Final

from sqlalchemy import bindparam, or_, select

from gateway.sessions.tables import sessions
from shared.db.resource import Resource
from shared.db.statements import TENANT, Statement

SESSIONS: Final = Resource(
    "session",
    sessions,
    ("account_id", "kind", "partner_id", "status", "end_reason", "client_id", "last_used_at", "expires_at"),
    permission="sessions:read",
    filters=("status",),
)
_PARTNER: Final = bindparam("partner", type_=sessions.c.partner_id.type)
ACTIVE_OF_ACCOUNT: Final = Statement(
    select(sessions)
    .where(
        sessions.c.tenant_id == TENANT,
        sessions.c.account_id == bindparam("account"),
        sessions.c.status == "active",
        or_(_PARTNER.is_(None), sessions.c.partner_id == _PARTNER),
    )
    .order_by(sessions.c.id)
    .with_for_update()
)
ACTIVE_OF_CLIENT: Final = Statement(
    select(sessions)
    .where(sessions.c.tenant_id == TENANT, sessions.c.client_id == bindparam("client"), sessions.c.status == "active")
    .order_by(sessions.c.id)
    .with_for_update()
)
ACTIVE_OF_PARTNER: Final = Statement(
    select(sessions)
    .where(sessions.c.tenant_id == TENANT, sessions.c.partner_id == _PARTNER, sessions.c.status == "active")
    .order_by(sessions.c.id)
    .with_for_update()
)
