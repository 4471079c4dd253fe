"""Reading licences, their invoices and allowances."""

from sqlalchemy import ARRAY, BigInteger, Date, Text, any_, bindparam, cast, func, select

from services.deals.licences.lifecycle import LIFECYCLE
from services.deals.licences.rules import Invoiced
from services.deals.licences.tables import licence_allowances, licence_invoices, licences
from shared.db.pool import Record
from shared.db.resource import Resource, Row, group, money
from shared.db.statements import TENANT, Statement
from shared.db.tx import Tx

LICENCES = Resource(
    "licence",
    licences,
    (
        "partner_id",
        "kind",
        "status",
        group(
            "customer",
            name="customer_name",
            domain="customer_domain",
            country="customer_country",
            tax_id="customer_tax_id",
        ),
        "sku",
        "product_family",
        "quantity",
        money("unit_price"),
        money("amount"),
        "term_months",
        "time_zone",
        "starts_on",
        "ends_on",
        "renewal_lead_days",
        "deal_id",
        "renewal_of",
        "renewed_by",
        "renewal_deal_id",
        "cancelled_on",
        "cancel_reason",
        "created_by",
    ),
    expands={
        "partner_id": "partners",
        "deal_id": "deals",
        "renewal_of": "licences",
        "renewed_by": "licences",
        "renewal_deal_id": "deals",
    },
    permission="licences:read",
    filters=("status", "partner_id", "kind", "sku", "ends_on"),
    lifecycle=LIFECYCLE,
)
LICENCE_INVOICES = Resource(
    "licence_invoice",
    licence_invoices,
    (
        "licence_id",
        "partner_id",
        "number",
        group("period", **{"from": "period_from", "to": "period_to"}),
        money("amount"),
        money("unserved", amount="unserved_amount"),
        "issued_on",
    ),
    expands={"licence_id": "licences", "partner_id": "partners"},
    permission="licences:read",
)
LICENCE_ALLOWANCES = Resource(
    "licence_allowance",
    licence_allowances,
    ("kind", "tier", "quantity"),
    permission="licence-allowances:read",
    filters=("kind", "tier"),
)

_I, _A, _L = licence_invoices.c, licence_allowances.c, licences.c
_INVOICES = Statement(
    select(licence_invoices)
    .where(_I.tenant_id == TENANT, _I.licence_id == bindparam("licence"))
    .order_by(_I.created_at, _I.id)
    .with_for_update()
)
_BY_NUMBER = Statement(
    select(licence_invoices).where(
        _I.tenant_id == TENANT, _I.licence_id == bindparam("licence"), _I.number == bindparam("number")
    )
)
_ALLOWANCES = Statement(
    select(licence_allowances).where(_A.tenant_id == TENANT, _A.kind == bindparam("kind")).limit(1000)
)
_FREE = Statement(
    select(cast(func.coalesce(func.sum(_L.quantity), 0), BigInteger)).where(
        _L.tenant_id == TENANT,
        _L.partner_id == bindparam("partner"),
        _L.kind == bindparam("kind"),
        _L.status == any_(bindparam("running", value=["active", "renewing"], type_=ARRAY(Text))),
        _L.ends_on > bindparam("today", type_=Date),
    )
)


async def invoices_of(tx: Tx, licence_id: str) -> list[Record]:
    """Return the invoices of a licence, held, the oldest first."""
    return await tx.all(_INVOICES, licence=licence_id)


async def invoice_of_number(tx: Tx, licence_id: str, *, number: str) -> Record | None:
    """Return the invoice of this number of a licence, if there is one."""
    return await tx.first(_BY_NUMBER, licence=licence_id, number=number)


async def allowances_of(tx: Tx, kind: str) -> list[tuple[str | None, int]]:
    """Return how many free licences of a kind each tier has."""
    return [(row["tier"], row["quantity"]) for row in await tx.all(_ALLOWANCES, kind=kind)]


async def taken(tx: Tx, *, partner_id: str, kind: str) -> int:
    """Return how many pieces of a free kind a partner has now."""
    return int(await tx.value(_FREE, partner=partner_id, kind=kind, today=tx.now.date()))


def invoiced(row: Row) -> Invoiced:
    """Return an invoice's row as the rules see it."""
    return Invoiced(row["id"], row["period_from"], row["period_to"], row["amount"])
