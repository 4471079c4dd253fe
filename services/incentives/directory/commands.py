"""Keeps the projection of partners, and reads through to their owner where it has not caught up."""

from dataclasses import dataclass
from datetime import date
from typing import Final
from urllib.parse import quote

from sqlalchemy import bindparam, select

from services.incentives.directory.tables import partner_directory, partner_tiers
from shared.db.pool import Record
from shared.db.statements import TENANT, Statement
from shared.db.tx import Tx
from shared.errors import Unavailable
from shared.events.catalog.partners import PartnerDirectory

# A tier without a first day has been held always.
_ALWAYS: Final = date(1900, 1, 1)

_OF_PARTNER = (
    select(partner_directory)
    .where(partner_directory.c.tenant_id == TENANT, partner_directory.c.partner_id == bindparam("partner_id"))
)  # fmt: skip
_SHARED = Statement(_OF_PARTNER.with_for_update(read=True))
_HELD = Statement(_OF_PARTNER.with_for_update())
_TIER_ON = Statement(
    select(partner_tiers.c.tier)
    .where(
        partner_tiers.c.tenant_id == TENANT,
        partner_tiers.c.partner_id == bindparam("partner_id"),
        partner_tiers.c.effective_on <= bindparam("day"),
    )
    .order_by(partner_tiers.c.effective_on.desc())
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class Change:
    """What an event of the directory changed: whether the partner was new, suspended before and now, tier history since."""

    was_known: bool
    was_suspended: bool
    is_suspended: bool
    tier_since: date | None


async def partner(tx: Tx, partner_id: str) -> Record | None:
    """Return a partner as known, held against a suspension until the transaction ends; None when its owner knows none."""
    row = await tx.first(_SHARED, partner_id=partner_id)
    if row is None and await _read_through(tx, partner_id):
        row = await tx.first(_SHARED, partner_id=partner_id)
    return row


async def tier_on(tx: Tx, *, partner_id: str, day: date) -> str | None:
    """Return the code of the tier a partner was in on a day, or None."""
    tier: str | None = await tx.value(_TIER_ON, partner_id=partner_id, day=day)
    return tier


async def store(tx: Tx, event: PartnerDirectory, *, version: int) -> Change:
    """Keep a partner's state, and its tier history, which grows even from events that arrive late."""
    before = await tx.first(_HELD, partner_id=event.partner_id)
    newer = await tx.project(
        partner_directory,
        partner_id=event.partner_id,
        name=event.name,
        country=event.country,
        status=event.status,
        tier=event.tier,
        tier_since=event.tier_since,
        partner_types=event.partner_types,
        version=version,
    )
    since = event.tier_since or (_ALWAYS if event.tier else None)
    learned = since is not None and await tx.project(
        partner_tiers, partner_id=event.partner_id, effective_on=since, tier=event.tier, version=version
    )
    was_suspended = before is not None and before["status"] == "suspended"
    return Change(
        was_known=before is not None,
        was_suspended=was_suspended,
        is_suspended=event.status == "suspended" if newer else was_suspended,
        tier_since=since if learned else None,
    )


async def _read_through(tx: Tx, partner_id: str) -> bool:
    peer = tx.database.peers.get("partners")
    if peer is None:
        return False
    answer = await peer.get("/internal/partners", query=f"tenant={quote(tx.tenant_id)}&id={quote(partner_id)}")
    if answer.status == 404:
        return False
    if answer.status != 200:
        raise Unavailable(f"partners answered {answer.status} when asked for a partner.")
    document = answer.json()
    await store(tx, PartnerDirectory.model_validate(document["data"]), version=document["version"])
    return True
