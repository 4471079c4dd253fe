"""Reading tenders. A participant is shown the terms, which are everybody's, and nothing of anybody else."""

from sqlalchemy import Text, bindparam, func, select

from services.deals.tenders.rules import LIFECYCLE
from services.deals.tenders.tables import UNDECIDED, tender_entries, tenders
from shared.db.pool import Record
from shared.db.resource import Resource, group, withheld
from shared.db.statements import TENANT, Statement
from shared.db.tx import Tx

TENDERS = Resource(
    "tender",
    tenders,
    (
        "name",
        # Its id carries the moment it was first heard of, which may have been from a rival.
        withheld("customer_id"),
        "product_family",
        "closes_at",
        group("terms", discount="discount", valid_until="valid_until", conditions="conditions"),
        "status",
        withheld("awarded_deal_id"),
        "decided_at",
        "decision_reason",
    ),
    expands={"customer_id": "customers", "awarded_deal_id": "deals"},
    title=("name",),
    permission="tenders:read",
    sorts=("created_at", "closes_at"),
    filters=("status", "product_family", "closes_at"),
    lifecycle=LIFECYCLE,
)
_PARTICIPANTS = Statement(
    select(func.array_agg(tender_entries.c.partner_id.distinct()).label("partners")).where(
        tender_entries.c.tenant_id == TENANT, tender_entries.c.tender_id == bindparam("tender")
    )
)
_ENTRIES = Statement(
    select(tender_entries.c.deal_id)
    .where(tender_entries.c.tenant_id == TENANT, tender_entries.c.tender_id == bindparam("tender"))
    .order_by(tender_entries.c.deal_id)
)
_OF_CUSTOMER = Statement(
    select(tenders).where(
        tenders.c.tenant_id == TENANT,
        tenders.c.customer_id == bindparam("customer", type_=Text(collation="C")),
        tenders.c.product_family == bindparam("family"),
        UNDECIDED,
    )
)
_OF_CUSTOMER_ALL = Statement(
    select(tenders)
    .where(tenders.c.tenant_id == TENANT, tenders.c.customer_id == bindparam("customer"), UNDECIDED)
    .order_by(tenders.c.id)
)


async def undecided_tenders(tx: Tx, customer_id: str) -> list[Record]:
    """Return the tenders that a customer is put out to, for whichever product family, and that wait for their award."""
    return await tx.all(_OF_CUSTOMER_ALL, customer=customer_id)


async def undecided(tx: Tx, *, customer_id: str, product_family: str) -> Record | None:
    """Return the tender that a customer is put out to for a product family, None where none waits for its award."""
    return await tx.first(_OF_CUSTOMER, customer=customer_id, family=product_family)


async def participants(tx: Tx, tender_id: str) -> list[str]:
    """Return the partners that have registered in a tender."""
    found: list[str] | None = await tx.value(_PARTICIPANTS, tender=tender_id)
    return sorted(found or [])


async def deals_in(tx: Tx, tender_id: str) -> list[str]:
    """Return the ids of the deals in a tender."""
    return [row["deal_id"] for row in await tx.all(_ENTRIES, tender=tender_id)]
