"""Writes of account teams. Each of them ends with telling what the account reaches now."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, time
from typing import Any, Final

import asyncpg

from services.partners.account_teams import queries
from services.partners.account_teams.rules import OWNER, AlreadyOnTeam, OwnerTaken, require_days, status_on
from services.partners.account_teams.tables import LIFECYCLE, account_teams
from services.partners.partners.tables import partners
from services.partners.reach.commands import publish
from services.partners.staff.commands import Member, require_member
from shared.auth.sides import vendor_only
from shared.db.resource import Row
from shared.db.tx import Tx, require_version
from shared.errors import AlreadyExists, Fault, Invalid, NotFound
from shared.events.catalog.partners import AccountTeamAssigned, AccountTeamEnded

DAY_COMES: Final = "account_team_day"


async def assign(
    tx: Tx,
    *,
    partner_id: str,
    account_id: str,
    role: str,
    backup_account_id: str | None = None,
    effective_from: date | None = None,
    effective_to: date | None = None,
    id: str | None = None,  # noqa: A002
) -> Row:
    """Give a member of the staff a place in a partner's team; raises Invalid, AlreadyOnTeam, OwnerTaken."""
    vendor_only(tx.caller)
    await _require_partner(tx, partner_id)
    member = await require_member(tx, account_id, pointer="/account_id")
    if backup_account_id is not None:
        await require_member(tx, backup_account_id, pointer="/backup_account_id")
    start = effective_from or tx.now.date()
    require_days(start, effective_to, today=tx.now.date())
    row = await begin(
        tx,
        member,
        id=id or tx.new_id("team"),
        partner_id=partner_id,
        role=role,
        backup_account_id=backup_account_id,
        effective_from=start,
        effective_to=effective_to,
    )
    await follow(tx, account_id)
    return row


async def change(tx: Tx, *, team_id: str, version: int | None, **changes: Any) -> Row:
    """Change a place; raises Invalid, AlreadyOnTeam, OwnerTaken."""
    vendor_only(tx.caller)
    row = await tx.lock(account_teams, team_id)
    LIFECYCLE.require_editable(row["status"], changes)
    require_version(row, version)
    backup = changes.get("backup_account_id")
    if backup is not None:
        await require_member(tx, backup, pointer="/backup_account_id")
    if not changes:
        return row
    start: date = changes.get("effective_from") or row["effective_from"]
    end = changes.get("effective_to", row["effective_to"])
    if changes.keys() & {"effective_from", "effective_to"}:
        require_days(start, end, today=tx.now.date())
    status = status_on(tx.now.date(), start=start, end=end)
    async with one_place_a_day():
        row = await tx.update(account_teams, row, status=status, **changes)
    await follow(tx, row["account_id"])
    return row


async def end(tx: Tx, *, team_id: str, version: int | None, effective_to: date | None = None) -> Row:
    """End a place on a day, today where none is named; one that would begin later is never held. Invalid for the past."""
    vendor_only(tx.caller)
    row = await tx.lock_for(account_teams, team_id, action="end", lifecycle=LIFECYCLE, version=version)
    today = tx.now.date()
    day = effective_to or today
    if day < today or (row["effective_to"] is not None and day > row["effective_to"]):
        raise Invalid(errors=[Fault("/effective_to", "out_of_range", "From today up to the day on which it ends.")])
    row = await cut(tx, row, day=day)
    await follow(tx, row["account_id"])
    return row


async def begin(tx: Tx, member: Member, **columns: Any) -> Row:
    """Store a place of somebody whose account is held; AlreadyOnTeam, OwnerTaken."""
    start, stop = columns["effective_from"], columns["effective_to"]
    status = status_on(tx.now.date(), start=start, end=stop)
    try:
        row = await tx.insert(account_teams, account_id=member.account_id, status=status, **member.contact, **columns)
    except AlreadyExists:
        # Storing nothing means that the id is taken, or that one of the exclusions spoke.
        found = await queries.meeting(tx, columns["partner_id"], start=start, end=stop)
        if any(each.account_id == member.account_id for each in found):
            raise AlreadyOnTeam() from None
        if columns["role"] == OWNER and any(each.role == OWNER for each in found):
            raise OwnerTaken() from None
        raise
    event = AccountTeamAssigned(
        account_team_id=row["id"],
        partner_id=row["partner_id"],
        account_id=row["account_id"],
        role=row["role"],
        effective_from=start,
        effective_to=stop,
    )
    tx.emit(event, subject=row, audience=[row["partner_id"]])
    return row


async def cut(tx: Tx, row: Row, *, day: date) -> Row:
    """Let a place end on a day; it has ended when the day has come, or when it would not have begun by then."""
    stop = max(day, row["effective_from"])
    status = status_on(tx.now.date(), start=row["effective_from"], end=stop)
    if status == "active" and row["status"] == "vacant":
        status = "vacant"
    row = await tx.update(account_teams, row, effective_to=stop, status=status)
    if status == "ended":
        tell_ended(tx, row)
    return row


def tell_ended(tx: Tx, row: Row) -> None:
    """Publish that a place is no longer held."""
    event = AccountTeamEnded(
        account_team_id=row["id"],
        partner_id=row["partner_id"],
        account_id=row["account_id"],
        effective_to=row["effective_to"],
    )
    tx.emit(event, subject=row, audience=[row["partner_id"]])


async def follow(tx: Tx, account_id: str) -> None:
    """Tell what an account reaches today, and wake up on the next day on which one of its places begins or ends."""
    today = tx.now.date()
    await publish(tx, account_id, reached=lambda: queries.reached(tx, account_id, today=today))
    async with tx.as_engine("the days of all places of an account, whoever changes one of them"):
        coming = await queries.next_day(tx, account_id, after=today)
    if coming is None:
        await tx.forget(DAY_COMES, subject=account_id)
    else:
        await tx.remind(DAY_COMES, subject=account_id, at=datetime.combine(coming, time(), UTC))


async def day_has_come(tx: Tx, account_id: str) -> None:
    """Let the places of an account that begin or end today do so."""
    for row in await queries.held(tx, account_id):
        status = status_on(tx.now.date(), start=row["effective_from"], end=row["effective_to"])
        if status == "active" and row["status"] == "vacant":
            continue
        if status != row["status"]:
            changed = await tx.update(account_teams, row, status=status)
            if status == "ended":
                tell_ended(tx, changed)
    await follow(tx, account_id)


@asynccontextmanager
async def one_place_a_day() -> AsyncIterator[None]:
    """Turn what the database says of places that meet into AlreadyOnTeam or OwnerTaken."""
    try:
        yield
    except asyncpg.ExclusionViolationError as met:
        raise (OwnerTaken if met.constraint_name == "account_teams_one_owner" else AlreadyOnTeam)() from met


async def _require_partner(tx: Tx, partner_id: str) -> None:
    try:
        await tx.fetch(partners, partner_id)
    except NotFound:
        raise Invalid(errors=[Fault("/partner_id", "unknown_partner", "There is no such partner.")]) from None
