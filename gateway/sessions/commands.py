"""Beginning and ending sessions."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import DateTime, bindparam, update

from gateway.credentials import commands as credentials
from gateway.revocations.commands import revoke
from gateway.sessions import queries
from gateway.sessions.lifecycle import LIFECYCLE
from gateway.sessions.rules import require_person
from gateway.sessions.schemas import EndReason
from gateway.sessions.tables import sessions
from gateway.tenants.inside import in_sandbox
from gateway.tokens.issuer import Issuer
from shared import clock
from shared.auth.principal import Caller
from shared.auth.revocations import earlier_pages_of
from shared.auth.scopes import Reach
from shared.db.pool import Record
from shared.db.statements import TENANT, Statement
from shared.db.tx import Tx, require_version
from shared.errors import NotFound

LONGEST: Final = timedelta(days=90)
IDLE: Final = timedelta(days=14)
_USED: Final = Statement(
    update(sessions)
    .where(sessions.c.tenant_id == TENANT, sessions.c.id == bindparam("session"), sessions.c.status == "active")
    .values(last_used_at=bindparam("at", type_=DateTime(timezone=True)))
    .returning(sessions)
)


async def begin(
    tx: Tx,
    *,
    account_id: str,
    partner_id: str | None,
    person_id: str | None,
    client_id: str | None = None,
    scopes: Sequence[str] | None = None,
    until: datetime | None = None,
) -> Record:
    """Store a session of an account, for one partner or for the vendor; sessions go by the wall clock.

    An app that somebody lets in has a session of its own, which never does more than `scopes`.
    """
    now = clock.now()
    return await tx.insert(
        sessions,
        id=tx.new_id("ses"),
        account_id=account_id,
        kind="partner" if partner_id else "vendor",
        partner_id=partner_id,
        person_id=person_id,
        status="active",
        end_reason=None,
        last_used_at=now,
        expires_at=until or now + LONGEST,
        client_id=client_id,
        scopes=None if scopes is None else list(scopes),
    )


async def refresh_token_of(tx: Tx, session: Mapping[str, Any]) -> str:
    """Return a new single-use refresh token; it goes stale after IDLE, and with the session at the latest."""
    await credentials.forget_expired(tx, owner_id=session["id"], before=timedelta(days=1))
    lives = min(IDLE, session["expires_at"] - clock.now())
    return await credentials.issue(tx, kind="refresh_token", owner_id=session["id"], lives=lives, prefix="prt_")


async def use(tx: Tx, session_id: str) -> Record | None:
    """Note that a session is in use and return it, or None when it has ended."""
    return await tx.first(_USED, session=session_id, at=clock.now())


async def end(tx: Tx, issuer: Issuer, session_id: str, *, reason: EndReason) -> Record:
    """End a session, unless it has ended already; its tokens are refused everywhere within five seconds."""
    row = await tx.lock(sessions, session_id)
    return await _end(tx, issuer, row, reason=reason) if row["status"] == "active" else row


async def sign_out(tx: Tx, issuer: Issuer, *, session_id: str, version: int | None, caller: Caller) -> None:
    """End one's own session, or as administrator of all the vendor's accounts anybody's.

    Raises NotFound for others, InvalidTransition for one that has ended: who signs out of a session that has gone on as
    another is not signed out.
    """
    row = await tx.lock(sessions, session_id)
    administers = caller.is_vendor and caller.reach("accounts:write") is Reach.ALL
    if row["account_id"] != caller.account_id and not administers:
        raise NotFound()
    LIFECYCLE.require(row["status"], "delete")
    require_version(row, version)
    own = row["account_id"] == caller.account_id
    await _end(tx, issuer, row, reason="signed_out" if own else "signed_out_by_administrator")


async def sign_out_everywhere(tx: Tx, issuer: Issuer, *, keep_this: bool, caller: Caller) -> int:
    """End all sessions of the caller, but this one where it is kept, and return how many; raises PersonRequired."""
    this = require_person(caller)
    rows = await tx.all(queries.ACTIVE_OF_ACCOUNT, account=caller.account_id, partner=None)
    ending = [row for row in rows if not (keep_this and row["id"] == this)]
    for row in ending:
        await _end(tx, issuer, row, reason="signed_out_everywhere")
    return len(ending)


async def end_of_account(
    tx: Tx, issuer: Issuer, *, account_id: str, reason: EndReason, partner_id: str | None = None
) -> None:
    """End every session of an account, or those for one partner, and the tokens that pages have for it."""
    for row in await tx.all(queries.ACTIVE_OF_ACCOUNT, account=account_id, partner=partner_id):
        await _end(tx, issuer, row, reason=reason)
    await revoke(tx, issuer, [earlier_pages_of(account_id, partner_id)])


async def end_of_partner(tx: Tx, issuer: Issuer, *, partner_id: str, reason: EndReason) -> None:
    """End the sessions of all people who act for a partner."""
    for row in await tx.all(queries.ACTIVE_OF_PARTNER, partner=partner_id):
        await _end(tx, issuer, row, reason=reason)


async def end_of_client(tx: Tx, issuer: Issuer, *, client_id: str, reason: EndReason) -> None:
    """End the sessions that people have given to an app."""
    for row in await tx.all(queries.ACTIVE_OF_CLIENT, client=client_id):
        await _end(tx, issuer, row, reason=reason)


async def _end(tx: Tx, issuer: Issuer, row: Record, *, reason: EndReason) -> Record:
    ended = await tx.update(sessions, row, status="ended", end_reason=reason)
    await credentials.end_all(tx, owner_id=row["id"])
    await revoke(tx, issuer, [row["id"]])
    if row["sandbox_session_id"] is not None:
        async with tx.as_engine("what was begun from a session ends with it"), in_sandbox(tx) as there:
            if there is not None:
                await end(there, issuer, row["sandbox_session_id"], reason="live_session_ended")
    return ended
