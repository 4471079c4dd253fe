"""Conflict checks and cases as they are read; what names rivals is withheld from partners."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import ARRAY, Text, and_, any_, bindparam, func, or_, select

from services.deals.customers import queries as customers
from services.deals.four_eyes.rules import is_among, listed
from services.deals.screening.rules import Asked
from services.deals.screening.tables import UNDECIDED, conflict_case_rivals, conflict_cases, conflict_checks
from shared.auth.principal import Caller
from shared.db.pool import Record
from shared.db.resource import Resource, group, withheld
from shared.db.statements import ASKED_AT, TENANT, Statement
from shared.db.tx import Tx
from shared.lifecycle import Lifecycle, move
from shared.matching import identity_keys


def _nobody(_: Mapping[str, Any]) -> list[Any]:
    return []


CONFLICT_CHECKS = Resource(
    "conflict_check",
    conflict_checks,
    (
        "partner_id",
        group(
            "customer",
            name="customer_name",
            domain="customer_domain",
            country="customer_country",
            tax_id="customer_tax_id",
        ),
        "product_family",
        "class",
        "reasons",
        "engine_version",
        "policy_version",
    ),
    expands={"partner_id": "partners"},
    permission="conflict-checks:read",
    filters=("partner_id", "class", "created_at"),
)
_APPROVES = "conflict-cases:approve"
CASE_LIFECYCLE = Lifecycle(
    ("open", "assigned", "resolved", "appealed", "closed"),
    move("assign", "open", "assigned", "appealed", permission=_APPROVES, to=("assigned", "appealed"), by="vendor"),
    move("resolve", *UNDECIDED, permission=_APPROVES, to=("resolved", "closed"), by="vendor"),
    move("appeal", "resolved", permission="conflict-cases:write", to="appealed", by="partner"),
    # A deal that ends takes its cases along, and after the time for an appeal a resolution is final.
    # An appeal against the rejection of its deal opens what was closed.
    by_itself={**dict.fromkeys((*UNDECIDED, "resolved"), ("closed",)), "closed": ("appealed",)},
)


def stands_against(case: Mapping[str, Any]) -> bool:
    """Tell whether a case has been decided against its registration."""
    lost_choice = case["resolution"] == "customer_choice" and case["chosen_deal_id"] != case["deal_id"]
    return case["status"] in ("resolved", "closed") and (case["resolution"] == "upheld" or lost_choice)


def _ruled_out(case: Mapping[str, Any], caller: Caller) -> tuple[str, ...]:
    resolve = ("resolve",) if is_among(listed(case["authors"]), caller) else ()
    is_open = case["appealable_until"] is not None and case["asked_at"] < case["appealable_until"]
    return resolve if is_open and can_be_appealed(case) else (*resolve, "appeal")


def can_be_appealed(case: Mapping[str, Any]) -> bool:
    """Tell whether a resolution takes anything from the partner that it could appeal against."""
    return stands_against(case) or case["resolution"] in ("split_scope", "dual")


CONFLICT_CASES = Resource(
    "conflict_case",
    conflict_cases,
    (
        "deal_id",
        "partner_id",
        # Who else is in it, and when they came, is for the vendor.
        withheld("customer_id"),
        "product_family",
        "class",
        "reasons",
        withheld("customer"),
        withheld("findings", shown=_nobody),
        "engine_version",
        withheld("policy"),
        "status",
        withheld("assigned_to"),
        "resolution",
        "identity",
        withheld("chosen_deal_id"),
        "territories",
        withheld("note"),
        withheld("resolved_by"),
        "resolved_at",
        "previous_resolution",
        "appealable_until",
        "appealed_at",
        "appeal_reason",
        "closed_at",
        withheld("caused_by"),
    ),
    expands={"deal_id": "deals", "partner_id": "partners", "customer_id": "customers"},
    permission="conflict-cases:read",
    filters=("status", "deal_id", "partner_id", "customer_id", "class", "resolution", "assigned_to"),
    lifecycle=CASE_LIFECYCLE,
    ruled_out=_ruled_out,
    beside={"asked_at": ASKED_AT},
)
_CASES = conflict_cases.c
_OPEN = select(conflict_cases).where(
    _CASES.tenant_id == TENANT, _CASES.deal_id == bindparam("deal"), _CASES.status != "closed"
)
_OPEN_OF_DEAL = Statement(_OPEN)
_OPEN_OF_DEAL_HELD = Statement(_OPEN.order_by(_CASES.id).with_for_update(key_share=True))
_OF_DEAL = Statement(
    select(conflict_cases).where(_CASES.tenant_id == TENANT, _CASES.deal_id == bindparam("deal")).order_by(_CASES.id)
)
_LATEST_OF_DEAL = Statement(
    select(conflict_cases)
    .where(_CASES.tenant_id == TENANT, _CASES.deal_id == bindparam("deal"))
    .order_by(_CASES.created_at.desc(), _CASES.id.desc())
    .limit(1)
)
_UNDECIDED_AT = Statement(
    select(conflict_cases)
    .where(
        _CASES.tenant_id == TENANT,
        _CASES.customer_id == bindparam("customer"),
        or_(*(_CASES.status == each for each in UNDECIDED)),
    )
    .order_by(_CASES.id)
    # Whoever decides one of them waits for the customer's lock, and looks for itself at who is in it.
    .with_for_update(key_share=True, skip_locked=True)
)
_NAMING = Statement(
    select(conflict_cases)
    .select_from(conflict_case_rivals.join(conflict_cases, _CASES.id == conflict_case_rivals.c.case_id))
    .where(
        conflict_case_rivals.c.tenant_id == TENANT,
        conflict_case_rivals.c.deal_id == bindparam("deal", type_=Text(collation="C")),
        _CASES.tenant_id == TENANT,
        _CASES.status != "closed",
        # Whoever had a row may have found otherwise before it let it go.
        _CASES.findings.op("@>")(
            func.jsonb_build_array(func.jsonb_build_object("deal_id", bindparam("deal", type_=Text(collation="C"))))
        ),
    )
    .order_by(_CASES.id)
    .with_for_update(key_share=True, of=conflict_cases)
)
_AT_CUSTOMERS = Statement(
    select(conflict_cases)
    .where(
        _CASES.tenant_id == TENANT,
        or_(
            _CASES.deal_id == any_(bindparam("deal_ids", type_=ARRAY(Text(collation="C")))),
            and_(
                _CASES.customer_id == any_(bindparam("customer_ids", type_=ARRAY(Text(collation="C")))),
                _CASES.status != "closed",
            ),
        ),
    )
    .order_by(_CASES.id)
    .with_for_update(key_share=True)
)
_ELSEWHERE = Statement(
    select(conflict_cases)
    .where(
        _CASES.tenant_id == TENANT,
        _CASES.deal_id == any_(bindparam("deal_ids", type_=ARRAY(Text(collation="C")))),
        _CASES.customer_id != bindparam("customer"),
    )
    .order_by(_CASES.id)
    .with_for_update(key_share=True)
)


async def customer_named_by_keys(tx: Tx, asked: Asked) -> Asked:
    """Return the same question with the customer that its keys name now, if there is one; nothing is made."""
    keys = identity_keys(asked.company)
    async with tx.as_engine("conflict screening"):
        held = await customers.holders_of(tx, keys)
    holder = next((held[key] for key in keys if key in held), None)
    return replace(asked, customer_id=holder.customer_id if holder else None)


async def cases_of(tx: Tx, deal_id: str) -> list[Record]:
    """Return the cases of a deal, whatever has become of them."""
    return await tx.all(_OF_DEAL, deal=deal_id)


async def open_cases(tx: Tx, deal_id: str) -> list[Record]:
    """Return the cases of a deal that are not closed."""
    return await tx.all(_OPEN_OF_DEAL, deal=deal_id)


async def open_cases_held(tx: Tx, deal_id: str) -> list[Record]:
    """Return the cases of a deal that are not closed, their rows held, as they are once whoever decides about one has done so."""
    return await tx.all(_OPEN_OF_DEAL_HELD, deal=deal_id)


async def undecided_cases(tx: Tx, customer_id: str) -> list[Record]:
    """Return the cases of a customer's registrations that wait for a decision, and that nobody decides just now, their rows held."""
    return await tx.all(_UNDECIDED_AT, customer=customer_id)


async def cases_naming(tx: Tx, deal_id: str) -> list[Record]:
    """Return the cases of others, not closed, in which a deal was found, their rows held."""
    return await tx.all(_NAMING, deal=deal_id)


async def hold_cases_at(tx: Tx, customer_ids: Sequence[str], *, deal_ids: Sequence[str]) -> None:
    """Hold the cases of these deals, and those at these customers that are not closed, before the customers' locks."""
    await tx.all(_AT_CUSTOMERS, customer_ids=list(customer_ids), deal_ids=list(deal_ids))


async def cases_elsewhere(tx: Tx, deal_ids: Sequence[str], *, customer_id: str) -> list[Record]:
    """Return the cases of deals that are about another customer than this, their rows held."""
    return await tx.all(_ELSEWHERE, deal_ids=list(deal_ids), customer=customer_id)


async def latest_case(tx: Tx, deal_id: str) -> Record | None:
    """Return the last case of a deal, whatever has become of it."""
    return await tx.first(_LATEST_OF_DEAL, deal=deal_id)


async def is_upheld(tx: Tx, deal_id: str) -> bool:
    """Tell whether the last case of a deal was resolved against it."""
    latest = await latest_case(tx, deal_id)
    return latest is not None and stands_against(latest)
