"""`/v1/calendars`, and what a sister service asks for what has not arrived."""

from typing import Any

from gateway.calendars import commands
from gateway.calendars.queries import BY_CODE, CALENDARS, state_of
from gateway.calendars.rules import DefaultCalendarStays
from gateway.calendars.schemas import CalendarIn, CalendarOut, CalendarPatch
from shared.db.pool import Database
from shared.db.resource import Row
from shared.db.tx import transaction
from shared.errors import AlreadyExists
from shared.events.inbox import system_caller
from shared.web.params import Http, Now, Tx, Version
from shared.web.reply import Reply
from shared.web.router import Router

router = Router("calendars")
router.lists(CALENDARS, CalendarOut, summary="Calendars of business hours, newest first.")
router.reads(CALENDARS, CalendarOut, summary="One calendar.")
_WRITE = "calendars:write"


@router.post(status=201, permission=_WRITE, returns=CALENDARS, out=CalendarOut, problems=[AlreadyExists])
async def create_calendar(body: CalendarIn, tx: Tx) -> Row:
    """Add a calendar of business hours; its code is fixed for good."""
    return await commands.create(tx, body)


@router.patch(permission=_WRITE, returns=CALENDARS, out=CalendarOut)
async def change_calendar(id: str, body: CalendarPatch, tx: Tx, version: Version) -> Row:  # noqa: A002
    """Change hours, holidays or zone; deadlines that are set already stay where they are."""
    return await commands.change(tx, body, calendar_id=id, version=version)


@router.post("/{id}/retire", permission=_WRITE, returns=CALENDARS, out=CalendarOut, problems=[DefaultCalendarStays])
async def retire_calendar(id: str, tx: Tx, version: Version) -> Row:  # noqa: A002
    """Retire a calendar: no new policy names it, and policies in force go on counting by it."""
    return await commands.move(tx, calendar_id=id, action="retire", to="retired", version=version)


@router.post("/{id}/restore", permission=_WRITE, returns=CALENDARS, out=CalendarOut)
async def restore_calendar(id: str, tx: Tx, version: Version) -> Row:  # noqa: A002
    """Bring a retired calendar back."""
    return await commands.move(tx, calendar_id=id, action="restore", to="active", version=version)


def internal(database: Database) -> Router:
    """Return the route by which a sister service asks for a calendar by its code."""
    lookup = Router("calendars", prefix="/internal")
    query: list[dict[str, Any]] = [
        {"name": name, "in": "query", "required": True, "schema": {"type": "string"}} for name in ("tenant", "code")
    ]

    @lookup.get(permission=None, in_spec=False, query=query)
    async def look_up_calendar(request: Http, now: Now) -> Reply:
        """Return `{"version", "data"}` of a calendar, as in its event."""
        caller = system_caller(request.query.get("tenant", ""), mode="live")
        opened = transaction(database, caller=caller, viewer="*", now=now, action="look_up_calendar", engine=True)
        async with opened as tx:
            row = await tx.one(BY_CODE, wanted_code=request.query.get("code", ""))
        return Reply.json({"version": row["version"], "data": state_of(row).model_dump(mode="json")})

    return lookup
