"""Which sessions somebody has."""

from typing import Final

from sqlalchemy import bindparam, or_, select

from gateway.sessions.lifecycle import LIFECYCLE
from gateway.sessions.tables import sessions
from shared.auth.principal import Caller
from shared.db.resource import Resource, Row
from shared.db.statements import TENANT, Statement


def _ruled_out(row: Row, caller: Caller) -> tuple[str, ...]:
    """One goes elsewhere from the session one is in, and to the sandbox from outside."""
    if row["id"] != caller.session_id:
        return ("switch", "enter-sandbox")
    return ("enter-sandbox",) if caller.mode == "test" else ()


SESSIONS: Final = Resource(
    "session",
    sessions,
    ("account_id", "kind", "partner_id", "status", "end_reason", "client_id", "last_used_at", "expires_at"),
    permission="sessions:read",
    filters=("status",),
    lifecycle=LIFECYCLE,
    ruled_out=_ruled_out,
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
