"""Keeping calendars. Every change tells the services that count by them the calendar's full state."""

from typing import Any, Final

from gateway.calendars.queries import state_of
from gateway.calendars.rules import DefaultCalendarStays, require_sensible
from gateway.calendars.schemas import CalendarIn, CalendarPatch
from gateway.calendars.tables import LIFECYCLE, calendars
from shared.auth.sides import vendor_only
from shared.db.pool import Record
from shared.db.resource import Row
from shared.db.tx import Tx, require_version
from shared.values.opening_hours import DEFAULT_HOURS

DEFAULT_CODE: Final = "default"
_WRITTEN: Final = ("name", "time_zone", "hours", "holidays")


async def seed(tx: Tx) -> None:
    """Give a new tenant the shipped calendar: Monday to Friday, nine to five in UTC, no holidays."""
    row = await tx.insert(
        calendars,
        id=tx.new_id("cal"),
        code=DEFAULT_CODE,
        name="Business hours",
        time_zone="UTC",
        hours=list(DEFAULT_HOURS),
        holidays=[],
        is_default=True,
        status="active",
    )
    _told(tx, row)


async def create(tx: Tx, body: CalendarIn) -> Row:
    """Add a calendar; raises Invalid for hours that make no sense, AlreadyExists when the code is taken."""
    vendor_only(tx.caller)
    written = body.model_dump(mode="json", by_alias=True, include={*_WRITTEN})
    require_sensible(written)
    calendar_id = body.id or tx.new_id("cal")
    row = await tx.insert(calendars, id=calendar_id, code=body.code, is_default=False, status="active", **written)
    return _told(tx, row)


async def change(tx: Tx, body: CalendarPatch, *, calendar_id: str, version: int | None) -> Row:
    """Change a calendar; deadlines that are set stay. Raises Invalid, and InvalidTransition for what a retired one keeps."""
    vendor_only(tx.caller)
    row = await tx.lock(calendars, calendar_id)
    LIFECYCLE.require_editable(row["status"], body.model_fields_set)
    require_version(row, version)
    changes: dict[str, Any] = body.model_dump(mode="json", by_alias=True, include=body.model_fields_set)
    require_sensible({**row, **changes})
    return _told(tx, await tx.update(calendars, row, **changes))


async def move(tx: Tx, *, calendar_id: str, action: str, to: str, version: int | None) -> Row:
    """Retire a calendar, so that no policy names it any more, or restore it; raises DefaultCalendarStays."""
    vendor_only(tx.caller)
    row = await tx.lock_for(calendars, calendar_id, action=action, lifecycle=LIFECYCLE, version=version)
    if action == "retire" and row["is_default"]:
        raise DefaultCalendarStays()
    return _told(tx, await tx.update(calendars, row, status=to))


def _told(tx: Tx, row: Record) -> Record:
    tx.emit(state_of(row), subject=row)
    return row
