"""Solutions from draft to expiry. What is listed of them is kept for everybody to read."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any, Final

from services.deals.solutions import rules
from services.deals.solutions.queries import (
    in_force_with,
    is_followed,
    listing_of,
    names_of,
    owners_of,
    require_families,
)
from services.deals.solutions.rules import Owner
from services.deals.solutions.schemas import OwnerIn, SolutionIn, SolutionPatch
from services.deals.solutions.tables import IN_FORCE, LIFECYCLE, solution_listings, solution_parties, solutions
from shared.auth.principal import Caller
from shared.auth.sides import is_vendor_side, partner_of, vendor_only
from shared.db.pool import Record
from shared.db.resource import Row
from shared.db.tx import Tx, require_version
from shared.errors import Fault, Forbidden, Invalid, InvalidTransition
from shared.events.catalog.solutions import (
    SolutionExpired,
    SolutionListed,
    SolutionReturned,
    SolutionSubmitted,
    SolutionValidated,
)
from shared.events.envelope import Event

RUNS_OUT: Final = "solution_expires"
TERMINATED: Final = "partner_terminated"


async def draft(tx: Tx, body: SolutionIn, *, caller: Caller) -> Row:
    """Draft a solution with the partners that own it; whether there are such partners is not told.

    Raises Invalid for a split that is not the whole, NotFound for a version before that is out of view.
    """
    lead = body.partner_id if is_vendor_side(caller) else caller.partner_id
    if lead is None:
        raise Invalid(errors=[Fault("/partner_id", "required", "Name the partner that leads it.")])
    owners = _owners(body.owners)
    rules.require_owners(owners, lead=lead)
    await require_families(tx, body.product_families)
    number, in_force = 1, list[Owner]()
    if body.previous_id is not None:
        before = await tx.fetch(solutions, body.previous_id)
        _require_lead(before, caller)
        number, in_force = before["solution_version"] + 1, _in_force(before)
    owners = rules.concerned(owners, before=in_force)
    row_id = body.id or tx.new_id("sol")
    for each in owners:
        await tx.add(solution_parties, solution_id=row_id, partner_id=each.partner_id)
    return await tx.insert(
        solutions,
        id=row_id,
        partner_id=lead,
        status="draft",
        solution_version=number,
        owners=_stored(rules.agreed(owners, before=(), by=caller.partner_id, at=tx.now)),
        created_by=caller.account_id,
        **body.model_dump(include={"name", "description", "product_families", "previous_id"}),
    )


async def change(tx: Tx, body: SolutionPatch, *, solution_id: str, version: int | None, caller: Caller) -> Row:
    """Change a draft; a split that is changed loses the consents of everybody else.

    Who has a part of the version in force and none of this one stays, with nothing, to consent to that.
    """
    row = await tx.lock(solutions, solution_id)
    LIFECYCLE.require_editable(row["status"], body.model_fields_set)
    require_version(row, version)
    _require_lead(row, caller)
    changes = body.model_dump(include=body.model_fields_set)
    if "product_families" in changes:
        await require_families(tx, body.product_families)
    if "owners" in changes:
        wanted, known = _owners(body.owners), owners_of(row)
        rules.require_owners(wanted, lead=row["partner_id"])
        wanted = rules.concerned(wanted, before=await _owners_before(tx, row))
        changes["owners"] = _stored(rules.agreed(wanted, before=known, by=caller.partner_id, at=tx.now))
        for each in known:
            if each.partner_id not in {other.partner_id for other in wanted}:
                await tx.remove(solution_parties, solution_id=row["id"], partner_id=each.partner_id)
        for each in wanted:
            await tx.add(solution_parties, solution_id=row["id"], partner_id=each.partner_id)
    return await tx.update(solutions, row, **changes)


async def consent(tx: Tx, *, solution_id: str, version: int | None, caller: Caller) -> Row:
    """Stand behind a solution and one's share of it; raises Forbidden for a partner that does not own a part, or has."""
    own = partner_of(caller)
    row = await tx.lock_for(solutions, solution_id, action="consent", lifecycle=LIFECYCLE, version=version)
    owners = owners_of(row)
    if "consent" in rules.kept_from(own, owners=owners, lead=row["partner_id"]):
        raise Forbidden("Partners that own a part of it consent, once.")
    return await tx.update(solutions, row, owners=_stored(rules.consented(owners, by=own, at=tx.now)))


async def submit(tx: Tx, *, solution_id: str, version: int | None, caller: Caller) -> Row:
    """Ask the vendor to validate a solution; raises ConsentMissing until all who own it have consented."""
    row = await tx.lock_for(solutions, solution_id, action="submit", lifecycle=LIFECYCLE, version=version)
    _require_lead(row, caller)
    await _require_consents(tx, row)
    return _told(
        tx, SolutionSubmitted, await tx.update(solutions, row, status="in_validation", submitted_at=tx.now, reason=None)
    )


async def give_back(tx: Tx, *, solution_id: str, version: int | None, reason: str | None, caller: Caller) -> Row:
    """Hand a solution back to its owners, with the reason."""
    vendor_only(caller)
    row = await tx.lock_for(solutions, solution_id, action="return", lifecycle=LIFECYCLE, version=version)
    return _told(tx, SolutionReturned, await tx.update(solutions, row, status="draft", reason=reason))


async def validate(tx: Tx, *, solution_id: str, version: int | None, caller: Caller) -> Row:
    """Confirm that a solution works, and who owns it."""
    vendor_only(caller)
    row = await tx.lock_for(solutions, solution_id, action="validate", lifecycle=LIFECYCLE, version=version)
    await _require_consents(tx, row)
    return _told(tx, SolutionValidated, await tx.update(solutions, row, status="validated", validated_at=tx.now))


async def show(tx: Tx, *, solution_id: str, days: int, version: int | None, caller: Caller) -> Row:
    """List a solution for all partners, in place of the version before; raises ConsentMissing for who loses its part of that.

    Raises InvalidTransition where another version has taken that place already.
    """
    vendor_only(caller)
    row = await tx.lock_for(solutions, solution_id, action="list", lifecycle=LIFECYCLE, version=version)
    await _require_consents(tx, row)
    owners, until = rules.sharing(owners_of(row)), tx.now + timedelta(days=days)
    async with tx.as_engine("the listing is for everybody, and the version before may be out of the caller's view"):
        if row["previous_id"] is not None:
            # Held first, so that of two that are to follow it at once one finds the other.
            before = await tx.lock(solutions, row["previous_id"])
            if await is_followed(tx, before["id"]):
                raise InvalidTransition("Another version has followed the one before this already.")
            if before["status"] in IN_FORCE:
                await _expire(tx, before, reason=None)
        for each in owners_of(row):
            if each not in owners:
                await tx.remove(solution_parties, solution_id=row["id"], partner_id=each.partner_id)
        names = await names_of(tx, [each.partner_id for each in owners])
        await tx.insert(
            solution_listings,
            id=tx.new_id("slst"),
            solution_id=row["id"],
            partners=[{"partner_id": each.partner_id, "name": names.get(each.partner_id)} for each in owners],
            listed_until=until,
            **{name: row[name] for name in ("name", "description", "product_families", "solution_version")},
        )
    listed = await tx.update(
        solutions, row, status="listed", owners=_stored(owners), listed_at=tx.now, expires_at=until
    )
    await tx.remind(RUNS_OUT, subject=row["id"], at=until)
    return _told(tx, SolutionListed, listed)


async def expire(tx: Tx, *, solution_id: str, version: int | None, reason: str | None, caller: Caller) -> Row:
    """End a solution; it is no longer listed."""
    vendor_only(caller)
    row = await tx.lock_for(solutions, solution_id, action="expire", lifecycle=LIFECYCLE, version=version)
    return await _expire(tx, row, reason=reason)


async def run_out(tx: Tx, *, solution_id: str) -> None:
    """End a solution whose time is over. For the engine role."""
    row = await tx.lock(solutions, solution_id)
    if row["status"] == "listed" and row["expires_at"] <= tx.now:
        await _expire(tx, row, reason=None)


async def follow_termination(tx: Tx, partner_id: str) -> None:
    """End the solutions in force that a partner leads or owns a part of, now that it is none any more. For the engine role."""
    for row in await in_force_with(tx, partner_id):
        if partner_id in {each.partner_id for each in rules.sharing(owners_of(row))}:
            await _expire(tx, row, reason=TERMINATED)


async def _expire(tx: Tx, row: Record, *, reason: str | None) -> Row:
    async with tx.as_engine("what is listed for everybody is taken down"):
        listed = await listing_of(tx, row["id"])
        if listed is not None:
            await tx.delete(solution_listings, listed)
    await tx.forget(RUNS_OUT, subject=row["id"])
    return _told(tx, SolutionExpired, await tx.update(solutions, row, status="expired", reason=reason))


async def _require_consents(tx: Tx, row: Record) -> None:
    """Raise ConsentMissing until all have consented who own a part, or give up the one that they have in force."""
    rules.require_consents(rules.concerned(owners_of(row), before=await _owners_before(tx, row)))


async def _owners_before(tx: Tx, row: Record) -> list[Owner]:
    if row["previous_id"] is None:
        return []
    async with tx.as_engine("the version before may be out of view of whoever leads this one"):
        return _in_force(await tx.fetch(solutions, row["previous_id"]))


def _in_force(row: Record) -> list[Owner]:
    """Return who owns a part of a solution as it is in force, nobody where it is not."""
    return owners_of(row) if row["status"] in IN_FORCE else []


def _owners(owners: Sequence[OwnerIn]) -> list[Owner]:
    return [Owner(each.partner_id, each.basis_points) for each in owners]


def _stored(owners: Sequence[Owner]) -> list[dict[str, Any]]:
    return [rules.stored(each) for each in owners]


def _require_lead(row: Row, caller: Caller) -> None:
    if not is_vendor_side(caller) and caller.partner_id != row["partner_id"]:
        raise Forbidden("The partner that leads a solution decides on it.")


def _told(tx: Tx, event: Callable[..., Event], row: Row) -> Row:
    told = event(solution_id=row["id"], partner_id=row["partner_id"], solution_version=row["solution_version"])
    tx.emit(told, subject=row, audience=[each.partner_id for each in owners_of(row)])
    return row
