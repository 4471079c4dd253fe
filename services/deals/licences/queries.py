"""Reading licences, their invoices and allowances, and what was sold to renew them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ARRAY, BigInteger, Date, Text, any_, bindparam, cast, func, select

from services.deals.installed_base.lifecycle import LIFECYCLE
from services.deals.installed_base.tables import licence_allowances, licence_invoices, licences
from services.deals.licences.rules import Invoiced, Taken, not_done
from services.deals.orders.tables import order_lines, orders
from services.deals.quotes.tables import quotes
from shared.db.pool import Record
from shared.db.resource import Resource, Row, group, money, withheld
from shared.db.statements import ASKED_AT, TENANT, Statement
from shared.db.tx import Tx

LICENCES = Resource(
    "licence",
    licences,
    (
        "partner_id",
        "kind",
        "status",
        withheld("customer_id"),
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
        "term_no",
        "anchor_day",
        "time_zone",
        "starts_on",
        "ends_on",
        "renewal_lead_days",
        "deal_id",
        "renewal_of",
        "renewed_by",
        "renewal_deal_id",
        "terms_from",
        "quote_id",
        "order_id",
        "cancelled_on",
        "cancel_reason",
        "created_by",
    ),
    expands={
        "partner_id": "partners",
        "customer_id": "customers",
        "deal_id": "deals",
        "renewal_of": "licences",
        "renewed_by": "licences",
        "renewal_deal_id": "deals",
        "quote_id": "quotes",
        "order_id": "orders",
    },
    permission="licences:read",
    filters=("status", "partner_id", "kind", "sku", "ends_on"),
    lifecycle=LIFECYCLE,
    ruled_out=lambda row, _: not_done(
        kind=row["kind"], ends_on=row["ends_on"], zone=row["time_zone"], at=row["asked_at"]
    ),
    beside={"asked_at": ASKED_AT},
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
# Its days tell whether a licence runs, whatever its state: one that is renewed runs until its end, and one that is cancelled
# until that day.
_UNTIL = func.coalesce(_L.cancelled_on, _L.ends_on)
_FREE = Statement(
    select(_L.quantity, _L.starts_on, _UNTIL.label("until")).where(
        _L.tenant_id == TENANT,
        _L.partner_id == bindparam("partner"),
        _L.kind == bindparam("kind"),
        _L.starts_on < bindparam("end", type_=Date),
        bindparam("start", type_=Date) < _UNTIL,
    )
)

_OF_RENEWALS = Statement(
    select(licences)
    .where(_L.tenant_id == TENANT, _L.renewal_deal_id == any_(bindparam("deals", type_=ARRAY(Text(collation="C")))))
    .order_by(_L.id)
    .with_for_update()
)
_QUOTED = Statement(
    select(quotes.c.id, quotes.c.lines)
    .where(
        quotes.c.tenant_id == TENANT,
        quotes.c.deal_id == bindparam("deal"),
        quotes.c.status == "accepted",
        quotes.c.currency == bindparam("currency"),
    )
    .order_by(quotes.c.accepted_at.desc(), quotes.c.id.desc())
)
_ORDERED = Statement(
    select(
        orders.c.id,
        cast(func.sum(order_lines.c.quantity), BigInteger).label("quantity"),
        cast(func.sum(order_lines.c.amount), BigInteger).label("net"),
    )
    .join_from(
        orders,
        order_lines,
        (order_lines.c.tenant_id == orders.c.tenant_id) & (order_lines.c.order_id == orders.c.id),
    )
    .where(
        orders.c.tenant_id == TENANT,
        orders.c.deal_id == bindparam("deal"),
        *(orders.c.status != each for each in ("draft", "rejected", "cancelled")),
        orders.c.currency == bindparam("currency"),
        order_lines.c.sku == bindparam("sku"),
    )
    .group_by(orders.c.id, orders.c.created_at)
    .order_by(orders.c.created_at.desc(), orders.c.id.desc())
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class Sold:
    """So many of a SKU for so much together, as a quote or an order says."""

    id: str
    quantity: int
    net: int


async def licences_of_renewals(tx: Tx, deal_ids: Sequence[str]) -> list[Record]:
    """Return the licences whose renewals these deals are, held."""
    return await tx.all(_OF_RENEWALS, deals=list(deal_ids))


async def quoted_of(tx: Tx, *, deal_id: str, licence: Row) -> Sold | None:
    """Return what the quote of a deal that was accepted last says of a licence's SKU, None where none does."""
    for row in await tx.all(_QUOTED, deal=deal_id, currency=licence["currency"]):
        lines = [each for each in row["lines"] if each["sku"] == licence["sku"]]
        if lines:
            net = sum(each["net"]["amount"] for each in lines)
            return Sold(row["id"], sum(each["quantity"] for each in lines), net)
    return None


async def ordered_of(tx: Tx, *, deal_id: str, licence: Row) -> Sold | None:
    """Return what the latest order of a deal says of a licence's SKU, None where none does."""
    row = await tx.first(_ORDERED, deal=deal_id, currency=licence["currency"], sku=licence["sku"])
    return None if row is None else Sold(row["id"], row["quantity"], row["net"])


async def invoices_of(tx: Tx, licence_id: str) -> list[Record]:
    """Return the invoices of a licence, held, the oldest first."""
    return await tx.all(_INVOICES, licence=licence_id)


async def invoice_of_number(tx: Tx, licence_id: str, *, number: str) -> Record | None:
    """Return the invoice of this number of a licence, if there is one."""
    return await tx.first(_BY_NUMBER, licence=licence_id, number=number)


async def allowances_of(tx: Tx, kind: str) -> list[tuple[str | None, int]]:
    """Return how many free licences of a kind each tier has."""
    return [(row["tier"], row["quantity"]) for row in await tx.all(_ALLOWANCES, kind=kind)]


async def taken(tx: Tx, *, partner_id: str, kind: str, start: date, end: date) -> list[Taken]:
    """Return what a partner has of a free kind on some of the days `[start, end)`."""
    rows = await tx.all(_FREE, partner=partner_id, kind=kind, start=start, end=end)
    return [Taken(row["quantity"], row["starts_on"], row["until"]) for row in rows]


def invoiced(row: Row) -> Invoiced:
    """Return an invoice's row as the rules see it."""
    return Invoiced(row["id"], row["period_from"], row["period_to"], row["amount"], row["unserved_amount"])
