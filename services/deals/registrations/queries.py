"""Reading deals."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import orjson
from sqlalchemy import ARRAY, DateTime, Text, any_, bindparam, exists, or_, select

from services.deals.protection.tables import protection_claims
from services.deals.registrations.beside import BESIDE
from services.deals.registrations.lifecycle import LIFECYCLE
from services.deals.registrations.offering import ruled_out
from services.deals.registrations.rules import completeness_of
from services.deals.registrations.tables import IS_STANDING, deals
from shared.db.pool import Record
from shared.db.resource import Resource, Row, computed, group, money, withheld
from shared.db.statements import TENANT, Statement
from shared.db.tx import Tx

_D = deals.c


def trace_for_partner(row: Row) -> list[dict[str, Any]]:
    """Return a decision's trace as its partner may read it: rules, results and reason codes, no inputs."""
    trace = row["decision_trace"]
    entries = orjson.loads(trace) if isinstance(trace, str) else trace
    return [entry | {"expression": None, "inputs": None, "error": None, "error_code": None} for entry in entries]


def _reference(row: Row) -> dict[str, str] | None:
    if row["external_id"] is None:
        return None
    return {"system": row["external_system"], "type": row["external_type"], "id": row["external_id"]}


def _completeness(row: Row) -> dict[str, Any]:
    found = completeness_of(row)
    return {"percent": found.percent, "missing": list(found.missing)}


_FACTS = (
    "title",
    "customer_name",
    "customer_domain",
    "customer_country",
    "customer_tax_id",
    "customer_identified",
    "product_family",
    "amount",
    "currency",
    "expected_close_on",
    "evidence_count",
    "evidence_required",
)


DEALS = Resource(
    "deal",
    deals,
    (
        "partner_id",
        "title",
        "status",
        "stage",
        "pipeline_id",
        "stage_entered_at",
        "stage_due_at",
        computed("stage_overdue", lambda row: row["stage_overdue_at"] is not None, "stage_overdue_at"),
        "next_step",
        group(
            "customer",
            name="customer_name",
            domain="customer_domain",
            country="customer_country",
            tax_id="customer_tax_id",
            lei="customer_lei",
            duns="customer_duns",
            address="customer_address",
            email="customer_email",
            phone="customer_phone",
        ),
        # An id older than the partner's own registration would tell that somebody else knows the customer, and since when.
        withheld("customer_id"),
        "product_family",
        "territories",
        money("amount"),
        "expected_close_on",
        "lead_id",
        "tender_id",
        "duplicate_of",
        computed("external_reference", _reference, "external_system", "external_type", "external_id"),
        "created_by",
        "owner_account_id",
        "priority_no",
        "priority_at",
        "submitted_at",
        "returned_at",
        "priority_kept_until",
        "decision_due_at",
        "decision_escalated_at",
        "decided_at",
        "decision_reason",
        "appealed_at",
        "appeal_reason",
        "conflict_class",
        "deal_type",
        withheld("decision_trace", shown=trace_for_partner),
        "policy_version",
        "protected_from",
        "protected_until",
        computed("completeness", _completeness, *_FACTS),
        "lapses_at",
        # Of who had a customer before, or has it now, a partner learns nothing.
        withheld("predecessor_id"),
        withheld("successor_id"),
        money("net", amount="net_amount", currency="net_currency"),
        money("returned", amount="returned_amount", currency="net_currency"),
        "closed_on",
        "won_at",
        "lost_at",
        "lost_reason",
        "end_of_sale_on",
        "lost_reason_code",
        "won_reason_code",
    ),
    expands={
        "partner_id": "partners",
        "customer_id": "customers",
        "lead_id": "leads",
        "pipeline_id": "pipelines",
        "tender_id": "tenders",
    },
    title=("title",),
    subtitle="customer.name",
    permission="deals:view",
    masked=frozenset({"amount", "net", "returned"}),
    sorts=("created_at", "updated_at", "amount", "expected_close_on"),
    filters=(
        "status",
        "partner_id",
        "customer_id",
        "created_by",
        "owner_account_id",
        "product_family",
        "conflict_class",
        "deal_type",
        "amount",
        "currency",
        "stage",
        "stage_due_at",
        "decision_due_at",
        "pipeline_id",
        "lead_id",
        "tender_id",
        "created_at",
        "updated_at",
        "expected_close_on",
        "submitted_at",
        "decided_at",
        "protected_until",
        "closed_on",
        "won_at",
        "lost_reason_code",
    ),
    lifecycle=LIFECYCLE,
    ruled_out=ruled_out,
    beside=BESIDE,
)

_ALL_OF_CUSTOMERS = Statement(
    select(deals)
    .where(_D.tenant_id == TENANT, _D.customer_id == any_(bindparam("customers", type_=ARRAY(Text(collation="C")))))
    .order_by(_D.id)
    .with_for_update(key_share=True)
)
_STANDING_OF = Statement(
    select(deals)
    .where(_D.tenant_id == TENANT, _D.partner_id == bindparam("partner"), IS_STANDING)
    .order_by(_D.id)
    .with_for_update(key_share=True)
)
_CLAIM = protection_claims.c
_KEPT_BY_SALE = Statement(
    select(deals)
    .where(
        _D.tenant_id == TENANT,
        _D.partner_id == bindparam("partner"),
        _D.status == "won",
        exists(
            select(_CLAIM.id).where(
                _CLAIM.tenant_id == TENANT,
                _CLAIM.deal_id == _D.id,
                or_(
                    _CLAIM.status == "active",
                    _CLAIM.incumbent_until > bindparam("at", type_=DateTime(timezone=True)),
                ),
            )
        ),
    )
    .order_by(_D.id)
    .with_for_update(key_share=True)
)
_STANDING_WITH = Statement(
    select(deals)
    .where(
        _D.tenant_id == TENANT,
        _D.partner_id == bindparam("partner"),
        _D.customer_id == bindparam("customer"),
        _D.product_family == bindparam("family"),
        IS_STANDING,
    )
    .order_by(_D.id)
    .with_for_update(key_share=True)
)
_BY_LEAD = Statement(select(deals).where(_D.tenant_id == TENANT, _D.lead_id == bindparam("lead")))
_WITH_IDS = Statement(
    select(deals).where(_D.tenant_id == TENANT, _D.id == any_(bindparam("deal_ids", type_=ARRAY(Text(collation="C")))))
)
_BY_ID = Statement(select(deals).where(_D.tenant_id == TENANT, _D.id == bindparam("deal")))


async def deals_of_customer(tx: Tx, *customer_ids: str) -> list[Record]:
    """Return all deals with a customer, or with several, their rows held, in one order whoever asks."""
    return await tx.all(_ALL_OF_CUSTOMERS, customers=list(customer_ids))


async def standing_deals(tx: Tx, partner_id: str) -> list[Record]:
    """Return what a partner has asked for and has not ended, their rows held, in one order whoever asks."""
    return await tx.all(_STANDING_OF, partner=partner_id)


async def deals_kept_by_sale(tx: Tx, partner_id: str) -> list[Record]:
    """Return the won deals by which a partner keeps a customer, or is asked before another, their rows held in one order."""
    return await tx.all(_KEPT_BY_SALE, partner=partner_id, at=tx.now)


async def standing_with(tx: Tx, partner_id: str, *, like: Row) -> list[Record]:
    """Return what a partner has asked for and has not ended of the customer and product family of a deal, their rows held."""
    asked = {"partner": partner_id, "customer": like["customer_id"], "family": like["product_family"]}
    return await tx.all(_STANDING_WITH, **asked)


async def deals_with(tx: Tx, deal_ids: Sequence[str]) -> dict[str, Record]:
    """Return the deals with these ids, by id."""
    return {row["id"]: row for row in await tx.all(_WITH_IDS, deal_ids=list(deal_ids))}


async def deal_of_lead(tx: Tx, *, lead_id: str, deal_id: str) -> Record | None:
    """Return the deal a lead became, or the deal with this id."""
    return await tx.first(_BY_LEAD, lead=lead_id) or await tx.first(_BY_ID, deal=deal_id)


async def latest(tx: Tx, deal: Row) -> Row:
    """Return the registration that a deal has become by transfers: the deal itself where it was never transferred."""
    if deal["successor_id"] is None:
        return deal
    async with tx.as_engine("who has the registration now is another partner"):
        while deal["successor_id"] is not None:
            deal = await tx.fetch(deals, deal["successor_id"])
    return deal


async def partner_on(tx: Tx, deal: Row, day: date) -> str:
    """Return who was partner of record of a deal's registration on a day: before a transfer, the partner it came from."""
    return str((await deal_on(tx, deal, day))["partner_id"])


async def deal_on(tx: Tx, deal: Row, day: date) -> Row:
    """Return the deal that a registration was on a day: before a transfer, that of the partner it came from."""
    if deal["record_since"] is None:
        return deal
    async with tx.as_engine("who had the registration before is another partner"):
        while deal["record_since"] is not None and day < deal["record_since"].date():
            deal = await tx.fetch(deals, deal["predecessor_id"])
    return deal
