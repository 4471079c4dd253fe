"""Asking for business hours; a calendar not heard of yet is read through from the gateway once."""

from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from sqlalchemy import Text, bindparam, select

from services.deals.calendars.tables import calendars
from shared.db.pool import Record
from shared.db.statements import TENANT, Statement
from shared.db.tx import Tx
from shared.errors import Unavailable
from shared.events.catalog.gateway import CalendarState
from shared.values.opening_hours import DEFAULT, OpeningHours, opening_hours

DEFAULT_CODE: Final = "default"
_BY_CODE: Final = Statement(
    select(calendars).where(
        calendars.c.tenant_id == TENANT, calendars.c.code == bindparam("wanted_code", type_=Text(collation="C"))
    )
)


@dataclass(frozen=True, slots=True)
class Calendar:
    """A calendar, and the version of it that something is counted by; version 0 is the shipped one, built in."""

    code: str
    version: int
    hours: OpeningHours
    is_active: bool = True


BUILT_IN: Final = Calendar(DEFAULT_CODE, 0, DEFAULT)


async def calendar_of(tx: Tx, code: str) -> Calendar | None:
    """Return the tenant's calendar with a code, None when there is none; `default` is always there."""
    row = await tx.first(_BY_CODE, wanted_code=code)
    if row is None:
        async with tx.as_engine("a calendar not heard of yet is read from its owner"):
            await _read_through(tx, code)
            row = await tx.first(_BY_CODE, wanted_code=code)
    if row is None:
        return BUILT_IN if code == DEFAULT_CODE else None
    return _calendar(row)


async def store(tx: Tx, calendar: CalendarState, *, version: int) -> None:
    """Keep a calendar's state, unless a newer one is kept already."""
    await tx.project(calendars, version=version, **calendar.model_dump())


async def _read_through(tx: Tx, code: str) -> None:
    query = urlencode({"tenant": tx.tenant_id, "code": code})
    answer = await tx.database.peers["gateway"].get("/internal/calendars", query=query)
    if answer.status == 404:
        return
    if answer.status != 200:
        raise Unavailable("The calendar cannot be looked up right now.")
    told = answer.json()
    await store(tx, CalendarState.model_validate(told["data"]), version=told["version"])


def _calendar(row: Record) -> Calendar:
    hours = opening_hours(time_zone=row["time_zone"], hours=row["hours"], holidays=row["holidays"])
    return Calendar(row["code"], row["version"], hours, row["status"] == "active")
