"""`GET /v1/events`: the ordered log."""

from typing import Any

import orjson
from sqlalchemy import BigInteger, Integer, Text, bindparam, cast, select

from gateway.eventlog.schemas import EventPageOut
from gateway.eventlog.tables import public_events
from shared.auth.sides import is_vendor_side
from shared.db.filters import InvalidParameter
from shared.db.statements import TENANT, Statement
from shared.db.visibility import shape_of, within
from shared.errors import Fault
from shared.web.params import Http, Read
from shared.web.reply import PRIVATE, Reply
from shared.web.router import Router

router = Router("events")
# The id of a customer carries the moment it was first heard of, which may have been from a rival.
_VENDOR_ONLY = frozenset({"customer_id"})

_COLUMNS = [column for column in public_events.c if column.name not in ("tenant_id", "audience", "facts")] + [
    cast(public_events.c.facts, Text).label("facts")
]
_AFTER = (
    select(*_COLUMNS)
    .where(public_events.c.tenant_id == TENANT, public_events.c.position > bindparam("after", type_=BigInteger))
    .order_by(public_events.c.position)
    .limit(bindparam("page_limit", type_=Integer))
)
_SEEN = {shape: Statement(_AFTER.where(*within(public_events, shape))) for shape in ("all", "org", "closure", "none")}
_QUERY: list[dict[str, Any]] = [
    {
        "name": "after",
        "in": "query",
        "required": False,
        "schema": {"type": "integer", "minimum": 0, "maximum": 2**62, "default": 0},
        "description": "Position of the last event seen.",
    },
    {
        "name": "limit",
        "in": "query",
        "required": False,
        "schema": {"type": "integer", "minimum": 1, "maximum": 200, "default": 50},
        "description": "Page size.",
    },
]


@router.get(permission="events:read", query=_QUERY, out=EventPageOut)
async def list_events(read: Read, request: Http) -> Reply:
    """Events the caller may know of, oldest first; `next_after` is where to go on, also when nothing is left."""
    after = _whole(request.query.get("after", "0"), "after", 0, 2**62)
    limit = _whole(request.query.get("limit", "50"), "limit", 1, 200)
    rows = await read.all(_SEEN[shape_of(read.viewer)], after=after, page_limit=limit + 1)
    shown = rows[:limit]
    return Reply.json(
        {
            "object": "list",
            "data": [_shape(row, for_partner=not is_vendor_side(read.caller)) for row in shown],
            "has_more": len(rows) > limit,
            "next_after": shown[-1]["position"] if shown else after,
        },
        headers=dict(PRIVATE),
    )


def _shape(row: Any, *, for_partner: bool) -> dict[str, Any]:
    facts: Any = orjson.Fragment(row["facts"])
    if for_partner:
        known = orjson.loads(row["facts"])
        facts = {name: value for name, value in known.items() if name not in _VENDOR_ONLY}
    return {
        "object": "event",
        "id": row["id"],
        "position": row["position"],
        "type": row["type"],
        "time": row["time"],
        "source": row["source"],
        "subject": row["subject"],
        "subject_version": row["subject_version"],
        "actor_id": row["actor_id"],
        "data": facts,
    }


def _whole(text: str, name: str, least: int, most: int) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 19 and least <= int(text) <= most):
        raise InvalidParameter(errors=[Fault(name, "out_of_range", f"A whole number from {least} to {most}.")])
    return int(text)
