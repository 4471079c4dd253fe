"""Somebody else takes over: because the vendor says so, or because whoever held a place has left."""

from datetime import date
from typing import Final

from services.partners.account_teams import queries
from services.partners.account_teams.commands import begin, cut, follow, one_place_a_day
from services.partners.account_teams.rules import OWNER, handed_over
from services.partners.account_teams.tables import account_teams
from services.partners.staff.commands import Member, member, require_member
from shared.auth.sides import vendor_only, whole_tenant_only
from shared.db.pool import Record
from shared.db.tx import Tx
from shared.errors import Fault, Invalid
from shared.events.catalog.partners import AccountTeamVacant

# So many that a request stays well within a second.
AT_ONCE: Final = 200


async def reassign(
    tx: Tx, *, from_account_id: str, to_account_id: str, effective_from: date | None = None
) -> tuple[int, bool]:
    """Give the places of one member of the staff to another from a day on, so many at a time.

    Returns how many went over, and whether there are more. Raises Invalid for an heir who is not of the staff.
    """
    vendor_only(tx.caller)
    whole_tenant_only(tx.viewer)
    heir = await require_member(tx, to_account_id, pointer="/to_account_id")
    day = effective_from or tx.now.date()
    if from_account_id == to_account_id:
        raise Invalid(errors=[Fault("/to_account_id", "unchanged", "Somebody else.")])
    if day < tx.now.date():
        raise Invalid(errors=[Fault("/effective_from", "in_the_past", "Today or a later day.")])
    rows = await queries.held_after(tx, from_account_id, day=day, most=AT_ONCE + 1)
    await _give(tx, rows[:AT_ONCE], heir=heir, day=day)
    for account_id in sorted((from_account_id, to_account_id)):
        await follow(tx, account_id)
    return len(rows[:AT_ONCE]), len(rows) > AT_ONCE


async def leave(tx: Tx, account_id: str) -> None:
    """Give the places of somebody who has left to their backups; those without one are vacant. For the engine role."""
    changed = {account_id}
    rows = [row for row in await queries.held(tx, account_id) if row["status"] != "vacant"]
    for backup in sorted({row["backup_account_id"] for row in rows if row["backup_account_id"]}):
        heir = await member(tx, backup)
        if heir is not None:
            theirs = [row for row in rows if row["backup_account_id"] == backup]
            await _give(tx, theirs, heir=heir, day=tx.now.date())
            rows = [row for row in rows if row["backup_account_id"] != backup]
            changed.add(backup)
    for row in rows:
        left = await tx.update(account_teams, row, status="vacant")
        event = AccountTeamVacant(account_team_id=row["id"], partner_id=row["partner_id"], account_id=account_id)
        tx.emit(event, subject=left, audience=[row["partner_id"]])
    for each in sorted(changed):
        await follow(tx, each)


async def keep_contact(tx: Tx, told: Member) -> None:
    """Show partners how to reach somebody as the account has it now. For the engine role."""
    for row in await queries.held(tx, told.account_id):
        if told.contact != {name: row[name] for name in told.contact}:
            await tx.update(account_teams, row, **told.contact)


async def _give(tx: Tx, rows: list[Record], *, heir: Member, day: date) -> None:
    own = {row["id"]: row for row in await queries.held(tx, heir.account_id)}
    places = {row["id"]: row for row in rows}
    heirs = [queries.place(row) for row in own.values()]
    for each in handed_over((queries.place(row) for row in rows), heirs=heirs, day=day):
        row = places[each.place.id]
        await cut(tx, row, day=each.ends)
        if each.begins:
            await begin(
                tx,
                heir,
                id=tx.new_id("team"),
                partner_id=row["partner_id"],
                role=row["role"],
                backup_account_id=None,
                effective_from=each.ends,
                effective_to=row["effective_to"],
            )
        elif each.promoted is not None:
            async with one_place_a_day():
                await tx.update(account_teams, own[each.promoted], role=OWNER)
