"""Statements of accrual: credits of a period in the order in which they happened."""

from collections.abc import Collection, Mapping, Set
from datetime import date, datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import ARRAY, Text, and_, any_, bindparam, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert as upserting

from services.incentives.accrual.crediting import Outcome
from services.incentives.accrual.tables import attainments, credits, returns, sales
from services.incentives.plans.rules import Standing, plain
from shared.db.pool import Record
from shared.db.statements import TENANT, Statement
from shared.db.tx import Tx

Key = tuple[str, ...]
Place = tuple[date, datetime, str, str]
_KEY: Final = ("source", "source_id", "sale_id", "partner_id", "plan_id", "component")


class Bucket(NamedTuple):
    """One partner's period of one component: what is added up together, and locked together."""

    partner_id: str
    plan_id: str
    component: str
    period: str
    currency: str


def key_of(row: Mapping[str, Any]) -> Key:
    """Return what makes a contribution count once."""
    return tuple(row[name] for name in _KEY)


def bucket_of(row: Mapping[str, Any]) -> Bucket:
    """Return the bucket a contribution counts in."""
    return Bucket(row["partner_id"], row["plan_id"], row["component"], row["period"], row["currency"])


_IN_BUCKET = and_(
    credits.c.tenant_id == TENANT,
    *(credits.c[name] == bindparam(name) for name in ("partner_id", "plan_id", "component", "period")),
)
_PLACE = (credits.c.happened_on, credits.c.happened_at, credits.c.source_id, credits.c.sale_id)
_START = tuple_(
    bindparam("start_on", type_=credits.c.happened_on.type),
    bindparam("start_at", type_=credits.c.happened_at.type),
    bindparam("start_id", type_=credits.c.source_id.type),
    bindparam("start_sale", type_=credits.c.sale_id.type),
)
_OF_SALE = Statement(select(credits).where(credits.c.tenant_id == TENANT, credits.c.sale_id == bindparam("sale")))
_AT_WIN = credits.alias("at_win")
_PAID_TWICE = Statement(
    select(credits.c.sale_id)
    .distinct()
    .select_from(
        sales.join(credits, and_(credits.c.tenant_id == TENANT, credits.c.sale_id == sales.c.id)).join(
            _AT_WIN,
            and_(
                _AT_WIN.c.tenant_id == TENANT,
                _AT_WIN.c.sale_id == bindparam("deal"),
                _AT_WIN.c.plan_id == credits.c.plan_id,
                _AT_WIN.c.component == credits.c.component,
            ),
        )
    )
    .where(
        sales.c.tenant_id == TENANT,
        sales.c.deal_id == bindparam("deal"),
        sales.c.source != "deals",
        *(each.c.source == "sale" for each in (credits, _AT_WIN)),
        *(each.c.withdrawn.is_(False) for each in (credits, _AT_WIN)),
    )
    .order_by(credits.c.sale_id)
)
_RETURNS = Statement(
    select(returns)
    .where(returns.c.tenant_id == TENANT, returns.c.sale_id == bindparam("sale"))
    .order_by(returns.c.returned_on, returns.c.recorded_at, returns.c.return_id)
)
_RETURNED = Statement(
    select(returns.c.kind, returns.c.amount).where(
        returns.c.tenant_id == TENANT,
        returns.c.return_id == bindparam("given_back"),
        returns.c.sale_id == bindparam("sale"),
    )
)
_BEFORE = Statement(
    select(credits).where(_IN_BUCKET, tuple_(*_PLACE) < _START).order_by(*(each.desc() for each in _PLACE)).limit(1)
)
_TAIL = Statement(select(credits).where(_IN_BUCKET, tuple_(*_PLACE) >= _START).order_by(*_PLACE))
_EARLIER = Statement(
    select(credits)
    .where(
        _IN_BUCKET,
        tuple_(*_PLACE) < _START,
        credits.c.sale_id == any_(bindparam("sales", type_=ARRAY(Text))),
    )
    .order_by(*_PLACE)
)
_HOLD = Statement(
    select(attainments)
    .where(
        attainments.c.tenant_id == TENANT,
        *(attainments.c[name] == bindparam(name) for name in ("partner_id", "plan_id", "component", "period")),
    )
    .with_for_update()
)
_GIVEN: Final = (
    *_KEY,
    "period",
    "happened_on",
    "happened_at",
    "amount",
    "basis",
    "currency",
    "terms",
    "fx",
    "withdrawn",
)
_UNPOSTED: Final = {"attained_before": "0", "attained": "0", "credited": 0, "running": 0, "lines": 0}


def _keeping() -> Statement:
    names = ("tenant_id", *_GIVEN, *_UNPOSTED)
    inserted = upserting(credits).values({name: bindparam(name, type_=credits.c[name].type) for name in names})
    keys = [column.name for column in credits.primary_key]
    changed = {name: inserted.excluded[name] for name in _GIVEN if name not in keys}
    return Statement(inserted.on_conflict_do_update(index_elements=keys, set_=changed))


_KEEP = _keeping()
_SETTLED = ("attained_before", "attained", "credited", "running", "lines")
_SETTLE = Statement(
    update(credits)
    .where(
        credits.c.tenant_id == TENANT,
        *(credits.c[name] == bindparam(f"the_{name}") for name in _KEY),
    )
    .values({name: bindparam(f"new_{name}", type_=credits.c[name].type) for name in _SETTLED})
)


def _arguments(bucket: Bucket) -> dict[str, str]:
    return {
        "partner_id": bucket.partner_id,
        "plan_id": bucket.plan_id,
        "component": bucket.component,
        "period": bucket.period,
    }


async def credits_of(tx: Tx, sale_id: str) -> list[Record]:
    """Return what a sale and its returns credit, as posted so far."""
    return await tx.all(_OF_SALE, sale=sale_id)


async def paid_at_win(tx: Tx, deal_id: str | None) -> Set[tuple[str, str]]:
    """Return the components, each with its plan, that the win of a deal is credited by; none where there is no deal."""
    rows = [] if deal_id is None else await credits_of(tx, deal_id)
    return {(row["plan_id"], row["component"]) for row in rows if row["source"] == "sale" and not row["withdrawn"]}


async def paid_twice(tx: Tx, deal_id: str) -> list[str]:
    """Return what was delivered or invoiced on a deal and is credited by a component by which its win is credited as well."""
    return [row["sale_id"] for row in await tx.all(_PAID_TWICE, deal=deal_id)]


async def returns_of(tx: Tx, sale_id: str) -> list[Record]:
    """Return the returns of a sale that have arrived, in the order in which they happened."""
    return await tx.all(_RETURNS, sale=sale_id)


async def returned(tx: Tx, credit: Mapping[str, Any]) -> Record:
    """Return the kind and the amount of the return that a contribution is a part of."""
    return await tx.one(_RETURNED, given_back=credit["source_id"], sale=credit["sale_id"])


async def hold(tx: Tx, bucket: Bucket) -> None:
    """Lock a bucket until the transaction ends; callers take several in sorted order."""
    arguments = _arguments(bucket)
    await tx.add(attainments, **arguments, currency=bucket.currency, attained="0", credited=0)
    await tx.one(_HOLD, **arguments)


async def keep(tx: Tx, contribution: Mapping[str, Any]) -> None:
    """Store a contribution, or its new terms; what was posted for it stays as it is."""
    await tx.run(_KEEP, **_UNPOSTED, **{name: contribution[name] for name in _GIVEN})


async def last_before(tx: Tx, bucket: Bucket, start: Place) -> Record | None:
    """Return the last contribution before a place, if any."""
    return await tx.first(_BEFORE, **_arguments(bucket), **_starting(start))


async def tail(tx: Tx, bucket: Bucket, start: Place) -> list[Record]:
    """Return the contributions from a place on, in order."""
    return await tx.all(_TAIL, **_arguments(bucket), **_starting(start))


async def earlier_of(tx: Tx, bucket: Bucket, start: Place, *, sales: Collection[str]) -> list[Record]:
    """Return what these sales contributed before a place, in order."""
    return await tx.all(_EARLIER, **_arguments(bucket), **_starting(start), sales=sorted(sales))


async def settle(tx: Tx, row: Record, outcome: Outcome, *, lines: int) -> None:
    """Keep what a contribution credits now."""
    values = {
        "attained_before": plain(outcome.credit.before),
        "attained": plain(outcome.credit.after),
        "credited": outcome.credit.total,
        "running": outcome.standing.credited,
        "lines": lines,
    }
    if any(row[name] != value for name, value in values.items()):
        key = {f"the_{name}": row[name] for name in _KEY}
        await tx.run(_SETTLE, **key, **{f"new_{name}": value for name, value in values.items()})


async def stand(tx: Tx, bucket: Bucket, standing: Standing) -> None:
    """Keep where the partner stands in the bucket."""
    await tx.put(
        attainments,
        **_arguments(bucket),
        currency=bucket.currency,
        attained=plain(standing.attained),
        credited=standing.credited,
    )


def _starting(place: Place) -> dict[str, Any]:
    return dict(zip(("start_on", "start_at", "start_id", "start_sale"), place, strict=True))
