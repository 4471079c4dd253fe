"""Reads of calendars."""

from typing import Final

from sqlalchemy import Text, bindparam, select

from gateway.calendars.tables import LIFECYCLE, calendars
from shared.db.resource import Resource, Row
from shared.db.statements import TENANT, Statement
from shared.events.catalog.gateway import CalendarState

CALENDARS: Final = Resource(
    "calendar",
    calendars,
    ("code", "name", "time_zone", "hours", "holidays", "is_default", "status"),
    permission="calendars:read",
    filters=("code", "status"),
    lifecycle=LIFECYCLE,
    ruled_out=lambda row, _: ("retire",) if row["is_default"] else (),
)
BY_CODE: Final = Statement(
    select(calendars).where(calendars.c.tenant_id == TENANT, calendars.c.code == bindparam("wanted_code", type_=Text))
)


def state_of(row: Row) -> CalendarState:
    """Return the full state of a calendar, as the services that count by it keep it."""
    return CalendarState(
        code=row["code"],
        time_zone=row["time_zone"],
        hours=row["hours"],
        holidays=row["holidays"],
        is_default=row["is_default"],
        status=row["status"],
    )
