"""Reading sell-out reports, what their lines were matched to, and the deals they may belong to."""

from collections.abc import Collection, Sequence
from typing import Any

import orjson
from sqlalchemy import ARRAY, Boolean, Integer, Text, and_, any_, bindparam, func, lateral, literal, or_, select, true

from services.deals.customers.tables import match_keys
from services.deals.protection.tables import protection_claims
from services.deals.registrations.lifecycle import STANDING
from services.deals.registrations.tables import deals
from services.deals.sell_out.rules import CREDITED, Scored, is_final
from services.deals.sell_out.tables import pos_batches, pos_lines, pos_matches
from shared.auth.principal import Caller
from shared.db.pool import Record
from shared.db.resource import Resource, Row, group, money
from shared.db.statements import TENANT, Statement
from shared.db.tx import Tx
from shared.lifecycle import Lifecycle, move
from shared.matching import Company, blocking_keys

BATCH_LIFECYCLE = Lifecycle(
    ("received", "matching", "matched", "closed"),
    move("close", "matched", permission="pos-batches:approve", to="closed", by="vendor"),
    by_itself={"received": ("matching",), "matching": ("matched",)},
)
MATCH_LIFECYCLE = Lifecycle(
    ("unmatched", "matched", "split", "rejected"),
    move("match", "unmatched", permission="pos-matches:approve", to="matched", by="vendor"),
    move("split", "unmatched", permission="pos-matches:approve", to="split", by="vendor"),
    move("reject", "unmatched", permission="pos-matches:approve", to="rejected", by="vendor"),
    move(
        "reopen",
        *("matched", "split", "rejected"),
        permission="pos-matches:approve",
        to=("unmatched", "rejected"),
        by="vendor",
    ),
    initial=("unmatched", "matched"),
)


def _ruled_out(row: Row, caller: Caller) -> Collection[str]:
    """What was given back is not taken back once more."""
    parts = orjson.loads(row["deals"]) if isinstance(row["deals"], str) else row["deals"]
    return ("reopen",) if is_final(row["reason"], parts) else ()


POS_BATCHES = Resource(
    "pos_batch",
    pos_batches,
    (
        "partner_id",
        "reference",
        "status",
        group("period", **{"from": "period_from", "to": "period_to"}),
        "line_count",
        "repeated_count",
        "quantity",
        money("amount"),
        "mapping_id",
        "mapping_version",
        "created_by",
        "closed_at",
    ),
    expands={"partner_id": "partners", "mapping_id": "pos-mappings"},
    permission="pos-batches:read",
    filters=("status", "partner_id", "period_from"),
    lifecycle=BATCH_LIFECYCLE,
)
POS_LINES = Resource(
    "pos_line",
    pos_lines,
    (
        "batch_id",
        "partner_id",
        "source_line",
        "sold_on",
        "sku",
        "product_family",
        "quantity",
        money("unit_price"),
        money("amount"),
        group(
            "customer",
            name="customer_name",
            domain="customer_domain",
            country="customer_country",
            tax_id="customer_tax_id",
        ),
        "deal_id",
        "returned_line",
    ),
    expands={"batch_id": "pos-batches", "partner_id": "partners"},
    permission="pos-batches:read",
    filters=("batch_id", "partner_id", "sku", "source_line", "sold_on"),
)
POS_MATCHES = Resource(
    "pos_match",
    pos_matches,
    (
        "pos_line_id",
        "batch_id",
        "partner_id",
        "status",
        "reason",
        "score",
        "candidates",
        "engine_version",
        "deals",
        "note",
        "resolved_by",
        "resolved_at",
    ),
    expands={"pos_line_id": "pos-lines", "batch_id": "pos-batches", "partner_id": "partners"},
    permission="pos-matches:read",
    filters=("status", "reason", "partner_id", "batch_id", "pos_line_id"),
    lifecycle=MATCH_LIFECYCLE,
    ruled_out=_ruled_out,
)

_L, _M, _D, _C = pos_lines.c, pos_matches.c, deals.c, protection_claims.c
_DEALS = select(deals, _C.tail_until).outerjoin_from(
    deals, protection_claims, and_(_C.tenant_id == _D.tenant_id, _C.deal_id == _D.id)
)
_TEXTS = ARRAY(Text(collation="C"))
_KNOWN = Statement(
    select(pos_lines).where(
        _L.tenant_id == TENANT,
        _L.partner_id == bindparam("partner"),
        _L.source_line == any_(bindparam("source_lines", type_=ARRAY(Text))),
    )
)
_NEXT = Statement(
    select(pos_lines)
    .where(
        _L.tenant_id == TENANT,
        _L.batch_id == bindparam("batch"),
        _L.id > bindparam("after"),
        (_L.quantity < 0) == bindparam("given_back", type_=Boolean),
    )
    .order_by(_L.id)
    .limit(bindparam("most", type_=Integer))
)
_OPEN = Statement(
    select(pos_matches)
    .where(_M.tenant_id == TENANT, _M.batch_id == bindparam("batch"), _M.status == "unmatched")
    .order_by(_M.id)
    .with_for_update()
)
_OF_CUSTOMERS = Statement(
    _DEALS.where(
        _D.tenant_id == TENANT,
        _D.customer_id == any_(bindparam("customers", type_=_TEXTS)),
        or_(
            _D.status == any_(bindparam("credited", value=list(CREDITED), type_=ARRAY(Text))),
            and_(
                _D.status == any_(bindparam("standing", value=list(STANDING), type_=ARRAY(Text))),
                _D.protected_from.is_not(None),
            ),
        ),
    )
    .order_by(_D.customer_id, _D.id)
    .limit(200)
)


def _near() -> Statement:
    """Customers that share keys with a company, those that share most first; a key that very many have brings only some."""
    wanted = func.unnest(bindparam("keys", type_=_TEXTS)).table_valued("key", name="wanted").render_derived()
    hits = lateral(
        select(match_keys.c.customer_id)
        .where(match_keys.c.tenant_id == TENANT, match_keys.c.key == wanted.c.key)
        .limit(literal(100, Integer))
    )
    return Statement(
        select(hits.c.customer_id)
        .select_from(wanted.join(hits, true()))
        .group_by(hits.c.customer_id)
        .order_by(func.count().desc(), hits.c.customer_id)
        .limit(literal(40, Integer))
    )


_NEAR = _near()
_DEAL = Statement(_DEALS.where(_D.tenant_id == TENANT, _D.id == bindparam("deal")))


async def known_lines(tx: Tx, partner_id: str, source_lines: Sequence[str]) -> dict[str, Record]:
    """Return those of these lines that a partner has reported before, by its own ids of them."""
    rows = await tx.all(_KNOWN, partner=partner_id, source_lines=list(source_lines))
    return {row["source_line"]: row for row in rows}


async def next_lines(tx: Tx, batch_id: str, *, given_back: bool, after: str, most: int) -> list[Record]:
    """Return the next sales of a batch, or what was given back, in the order of their ids."""
    return await tx.all(_NEXT, batch=batch_id, given_back=given_back, after=after, most=most)


async def open_matches(tx: Tx, batch_id: str) -> list[Record]:
    """Return the lines of a batch that await a person, held."""
    return await tx.all(_OPEN, batch=batch_id)


async def deals_of_customers(tx: Tx, customer_ids: Sequence[str]) -> list[Record]:
    """Return the deals with these customers that can be credited, whatever their dates, with the ends of their tails."""
    return await tx.all(_OF_CUSTOMERS, customers=list(customer_ids))


async def near_customers(tx: Tx, company: Company) -> list[str]:
    """Return the customers worth comparing with a company, the most promising first."""
    return [row["customer_id"] for row in await tx.all(_NEAR, keys=blocking_keys(company))]


async def deal_named(tx: Tx, deal_id: str) -> Record | None:
    """Return the deal of this id, whosever it is, with the end of its tail."""
    return await tx.first(_DEAL, deal=deal_id)


def digits(value: float) -> str:
    """Return a score as it is told: four digits after the point."""
    return f"{value:.4f}"


def candidate_told(scored: Scored) -> dict[str, Any]:
    """Return a scored candidate as it is stored and shown."""
    candidate = scored.candidate
    return {
        "deal_id": candidate.deal_id,
        "score": digits(scored.value),
        "identity": digits(candidate.identity),
        "product": digits(scored.product),
        "date": digits(scored.date),
        "features": {name: digits(value) for name, value in sorted(candidate.features.items())},
    }
