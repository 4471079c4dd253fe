"""The history that forecasts are made from, in the caller's view, and the forecast made from it."""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import ARRAY, ColumnElement, Integer, Select, Text, any_, bindparam, func, select

from services.deals.directory.tables import partner_directory, tier_programs
from services.deals.forecasts.history import Deal, Move, Replanned
from services.deals.pipelines.rules import Pipeline
from services.deals.registrations.tables import deals
from services.deals.stages.tables import plan_changes, stage_moves
from shared.db.list_parameters import filter_text, parameter, schema_of
from shared.db.pool import Record
from shared.db.read import Read
from shared.db.statements import TENANT, Statement
from shared.db.visibility import own_rows, shape_of, within
from shared.errors import Fault, InvalidParameter

YEARS: Final = timedelta(days=3 * 366)
MOST: Final = 5_000
"""So many deals are looked at, the ones approved last."""
_MOST_VALUES, _LONGEST = 200, 200
_D, _M, _C = deals.c, stage_moves.c, plan_changes.c
_IDS: Final = bindparam("deal_ids", type_=ARRAY(Text(collation="C")))
_MOVES: Final = Statement(
    select(_M.deal_id, _M.created_at, _M.from_stage, _M.to_stage)
    .where(_M.tenant_id == TENANT, _M.deal_id == any_(_IDS))
    .order_by(_M.deal_id, _M.created_at, _M.id)
)
_PLANS: Final = Statement(
    select(_C.deal_id, _C.created_at, _C.old_expected_close_on, _C.old_amount)
    .where(_C.tenant_id == TENANT, _C.deal_id == any_(_IDS))
    .order_by(_C.deal_id, _C.created_at, _C.id)
)
# Two programs may have a tier of one code: the deals count for the first of them.
_PROGRAM: Final = (
    select(func.min(tier_programs.c.program))
    .select_from(
        partner_directory.join(
            tier_programs,
            (tier_programs.c.tenant_id == partner_directory.c.tenant_id)
            & (tier_programs.c.tier == partner_directory.c.tier),
        )
    )
    .where(partner_directory.c.tenant_id == TENANT, partner_directory.c.partner_id == _D.partner_id)
    .scalar_subquery()
)
_FILTERED: Final[Mapping[str, ColumnElement[Any]]] = {
    "partner_id": _D.partner_id,
    "product_family": _D.product_family,
    "country": _D.customer_country,
    "program": _PROGRAM,
    "currency": func.coalesce(_D.net_currency, _D.currency),
}
_ENDED: Final = ("won", "lost", "expired", "revoked")
_COLUMNS: Final = (
    *(_D[name] for name in ("id", "partner_id", "pipeline_id", "stage", "status", "amount", "expected_close_on")),
    *(_D[name] for name in ("decided_at", "won_at", "closed_on", "net_amount", "lost_at", "protected_until")),
    _D.updated_at,
    func.coalesce(_D.net_currency, _D.currency).label("money"),
    _PROGRAM.label("program"),
)


@dataclass(frozen=True, slots=True)
class History:
    """Approved deals by currency; `truncated` where there were more than are looked at."""

    by_currency: Mapping[str, list[Deal]]
    truncated: bool


def parameters(*names: str) -> list[dict[str, Any]]:
    """Return the query parameters by which deals are chosen: one of these values each, up to 200, separated by commas."""
    return [parameter(name, schema_of(_D.partner_id), filter_text(_D.partner_id)) for name in names]


def chosen(query: Mapping[str, str], *names: str) -> dict[str, list[str]]:
    """Return the values that a query names for each parameter it has; raises InvalidParameter for too many of them."""
    found = {name: query[name].split(",") for name in names if name in query}
    for name, values in found.items():
        if len(values) > _MOST_VALUES or any(len(each) > _LONGEST for each in values):
            raise InvalidParameter(errors=[Fault(name, "too_many_values", "At most 200 values, separated by commas.")])
    return found


async def history(
    read: Read, *, since: datetime, until: datetime, filters: Mapping[str, list[str]], pipeline: Pipeline | None = None
) -> History:
    """Return the deals approved in a time that the caller sees, with all their moves; `pipeline` holds them to one."""
    in_pipeline = None if pipeline is None else "one" if pipeline.id is not None else "built_in"
    found = await read.all(
        _approved(shape_of(read.viewer), tuple(sorted(filters)), own=read.own is not None, pipeline=in_pipeline),
        since=since,
        until=until,
        most=MOST + 1,
        **{f"by_{name}": value for name, value in filters.items()},
        **({"in_pipeline": pipeline.id} if pipeline is not None and pipeline.id is not None else {}),
    )
    rows, ids = found[:MOST], [row["id"] for row in found[:MOST]]
    moves, plans = await asyncio.gather(read.all(_MOVES, deal_ids=ids), read.all(_PLANS, deal_ids=ids))
    return History(_by_currency(rows, _of_deal(moves), _of_deal(plans)), len(found) > MOST)


@lru_cache(maxsize=256)
def _approved(shape: str, named: tuple[str, ...], *, own: bool, pipeline: str | None) -> Statement:
    """Deals that were approved, whatever became of them, the last approved first, by way of `deals_decided`."""
    wanted: Select[Any] = select(*_COLUMNS).where(
        _D.tenant_id == TENANT,
        _D.decided_at >= bindparam("since", type_=_D.decided_at.type),
        _D.decided_at < bindparam("until", type_=_D.decided_at.type),
        _D.status == any_(_array(("approved", *_ENDED))),
        *within(deals, shape),
        *(own_rows(deals) if own else ()),
    )
    for name in named:
        wanted = wanted.where(_FILTERED[name] == any_(bindparam(f"by_{name}", type_=ARRAY(Text()))))
    if pipeline == "one":
        wanted = wanted.where(_D.pipeline_id == bindparam("in_pipeline", type_=_D.pipeline_id.type))
    elif pipeline == "built_in":
        wanted = wanted.where(_D.pipeline_id.is_(None))
    return Statement(wanted.order_by(_D.decided_at.desc(), _D.id.desc()).limit(bindparam("most", type_=Integer)))


def _array(values: tuple[str, ...]) -> Any:
    return bindparam("statuses", value=list(values), type_=ARRAY(Text()))


def _of_deal(rows: Iterable[Record]) -> Mapping[str, list[Record]]:
    found: dict[str, list[Record]] = defaultdict(list)
    for row in rows:
        found[row["deal_id"]].append(row)
    return found


def _by_currency(
    rows: Iterable[Record], moves: Mapping[str, list[Record]], plans: Mapping[str, list[Record]]
) -> Mapping[str, list[Deal]]:
    found: dict[str, list[Deal]] = defaultdict(list)
    for row in rows:
        found[row["money"] or ""].append(_deal(row, moves.get(row["id"], ()), plans.get(row["id"], ())))
    return found


def _deal(row: Record, moves: Iterable[Record], plans: Iterable[Record]) -> Deal:
    ends = {"lost": row["lost_at"], "expired": row["protected_until"], "revoked": row["updated_at"]}
    return Deal(
        row["id"],
        row["partner_id"],
        row["program"],
        row["stage"],
        row["amount"],
        row["expected_close_on"],
        row["decided_at"],
        row["won_at"],
        row["closed_on"],
        row["net_amount"] or 0,
        ends.get(row["status"]),
        tuple(Move(each["created_at"], each["from_stage"], each["to_stage"]) for each in moves),
        tuple(Replanned(each["created_at"], each["old_expected_close_on"], each["old_amount"]) for each in plans),
    )
