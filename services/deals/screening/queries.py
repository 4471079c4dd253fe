"""Looking for rivals. It sees beyond its caller, so it runs as the engine and only verdicts leave."""

from sqlalchemy import bindparam, select

from services.deals.customers import queries as customers
from services.deals.protection import queries as protection
from services.deals.screening.rules import Asked, Registered, Screening, compare, verdict_over
from services.deals.screening.tables import conflict_cases, conflict_checks
from shared.db.pool import Record
from shared.db.resource import Resource, group
from shared.db.statements import TENANT, Statement
from shared.db.tx import Tx
from shared.lifecycle import Lifecycle, move
from shared.matching import identity_keys

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
    ),
    expands={"partner_id": "partners"},
    permission="conflict-checks:read",
    filters=("partner_id", "class", "created_at"),
)
CASE_LIFECYCLE = Lifecycle(
    ("open", "resolved"),
    move("resolve", "open", permission="conflict-cases:approve", to="resolved", by="vendor"),
    # A deal that ends takes its cases along.
    by_itself={"open": ("resolved",)},
)
CONFLICT_CASES = Resource(
    "conflict_case",
    conflict_cases,
    (
        "deal_id",
        "partner_id",
        "customer_id",
        "product_family",
        "class",
        "reasons",
        "findings",
        "engine_version",
        "status",
        "resolution",
        "identity",
        "note",
        "resolved_by",
        "resolved_at",
    ),
    expands={"deal_id": "deals", "partner_id": "partners", "customer_id": "customers"},
    permission="conflict-cases:read",
    filters=("status", "deal_id", "partner_id", "class", "resolution"),
    lifecycle=CASE_LIFECYCLE,
)
_CASES = conflict_cases.c
_OPEN_OF_DEAL = Statement(
    select(conflict_cases).where(
        _CASES.tenant_id == TENANT, _CASES.deal_id == bindparam("deal"), _CASES.status == "open"
    )
)
_LATEST_OF_DEAL = Statement(
    select(conflict_cases)
    .where(_CASES.tenant_id == TENANT, _CASES.deal_id == bindparam("deal"))
    .order_by(_CASES.created_at.desc(), _CASES.id.desc())
    .limit(1)
)


async def screen(tx: Tx, asked: Asked, *, partner_id: str | None) -> Screening:
    """Return how a registration, or the wish for one, stands to what other partners have registered."""
    async with tx.as_engine("conflict screening"):
        candidates = await customers.candidates(tx, asked.company)
        if asked.customer_id is not None:
            candidates = list(dict.fromkeys([asked.customer_id, *candidates]))
        claims = [each for each in await protection.live_claims(tx, candidates) if each["partner_id"] != partner_id]
        known = await customers.known_customers(tx, sorted({each["customer_id"] for each in claims}))
    rivals = [
        registered(claim, customer)
        for claim in claims
        if (customer := known.get(claim["customer_id"])) and asked.customer_id not in customer.apart_from
    ]
    return verdict_over([compare(asked, rival) for rival in rivals])


async def customer_named_by_keys(tx: Tx, asked: Asked) -> Asked:
    """Return the same question with the customer that its keys name now, if there is one; nothing is made."""
    keys = identity_keys(asked.company)
    async with tx.as_engine("conflict screening"):
        held = await customers.holders_of(tx, keys)
    holder = next((held[key] for key in keys if key in held), None)
    return Asked(asked.company, asked.product_family, holder.customer_id if holder else None)


async def open_cases(tx: Tx, deal_id: str) -> list[Record]:
    """Return the open cases of a deal."""
    return await tx.all(_OPEN_OF_DEAL, deal=deal_id)


async def is_upheld(tx: Tx, deal_id: str) -> bool:
    """Tell whether the last case of a deal was resolved against it."""
    latest = await tx.first(_LATEST_OF_DEAL, deal=deal_id)
    return latest is not None and latest["resolution"] == "upheld"


def registered(claim: Record, customer: customers.KnownCustomer) -> Registered:
    """Return a claim as an entry of the register to compare with."""
    return Registered(
        deal_id=claim["deal_id"],
        partner_id=claim["partner_id"],
        customer_id=claim["customer_id"],
        product_family=claim["product_family"],
        company=customer.company,
        protects=claim["status"] == "active" and claim["exclusive"],
    )
