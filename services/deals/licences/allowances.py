"""How many free licences a tier has."""

from typing import Final

from services.deals.directory.queries import Partner
from services.deals.installed_base.tables import licence_allowances
from services.deals.licences import queries
from services.deals.licences.rules import AllowanceExceeded, Taken, allowed, most_at_once
from services.deals.licences.schemas import LicenceAllowanceIn, LicenceAllowancePatch
from shared.auth.principal import Caller
from shared.auth.sides import vendor_only
from shared.db.resource import Row
from shared.db.tx import Tx, require_version

_TAKE_TURN: Final = "SELECT pg_advisory_xact_lock(hashtextextended($1 || $2 || ' licences', 0))"


async def allow(tx: Tx, body: LicenceAllowanceIn, *, caller: Caller) -> Row:
    """Say how many free licences a tier has; raises AlreadyExists where that is said already."""
    vendor_only(caller)
    return await tx.insert(
        licence_allowances, id=body.id or tx.new_id("lal"), kind=body.kind, tier=body.tier, quantity=body.quantity
    )


async def change(tx: Tx, body: LicenceAllowancePatch, *, allowance_id: str, version: int | None, caller: Caller) -> Row:
    """Change how many free licences a tier has; those that are there stay."""
    vendor_only(caller)
    row = await tx.lock(licence_allowances, allowance_id)
    require_version(row, version)
    return await tx.update(licence_allowances, row, **body.changes())


async def require_allowance(tx: Tx, partner: Partner, *, kind: str, wanted: Taken) -> None:
    """Raise AllowanceExceeded when a partner would have more free licences of a kind at a time than its tier allows."""
    # One after another, so that two at once do not both find the last one free.
    await tx.connection.execute(_TAKE_TURN, tx.tenant_id, partner.id)
    most = allowed(tier=partner.tier, allowances=await queries.allowances_of(tx, kind))
    # What was at once in days gone by is done with.
    start = max(wanted.start, tx.now.date())
    taken = await queries.taken(tx, partner_id=partner.id, kind=kind, start=start, end=wanted.end)
    if most_at_once(taken, start=start) + wanted.quantity > most:
        raise AllowanceExceeded()
