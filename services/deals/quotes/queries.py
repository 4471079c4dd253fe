"""Reading quotes."""

from typing import Any, Final

import orjson
from sqlalchemy import ColumnElement, Text, bindparam, select

from services.deals.directory.queries import is_inactive
from services.deals.quotes.rules import AcceptedLine, AcceptedQuote, net_by_period, not_done
from services.deals.quotes.tables import quote_products, quotes
from shared.db.beside import is_found
from shared.db.pool import Record
from shared.db.resource import Resource, Row, computed, group, money
from shared.db.statements import ASKED_AT, TENANT, Statement
from shared.db.tx import Tx
from shared.errors import InvalidTransition
from shared.lifecycle import Lifecycle, move

_FACTS: Final = ("customer", "lines", "valid_days", "tax", "terms", "locale")
LIFECYCLE: Final = Lifecycle(
    ("draft", "issued", "accepted", "declined", "expired", "superseded"),
    move("issue", "draft", permission="quotes:write", to="issued"),
    move("accept", "issued", permission="quotes:write", to="accepted"),
    move("decline", "issued", permission="quotes:write", to="declined"),
    move("revise", "issued", "declined", "expired", permission="quotes:write"),
    move("order", "accepted", permission="orders:write"),
    editable={"draft": _FACTS},
    by_itself={
        "draft": ("superseded",),
        "issued": ("expired", "superseded"),
        "expired": ("superseded",),
    },
)


def _letterhead(row: Row) -> dict[str, str | None] | None:
    return None if row["partner_name"] is None else {"partner": row["partner_name"], "vendor": row["vendor_name"]}


def total_of(row: Row) -> dict[str, Any] | None:
    """Return what the customer pays with the tax that is named, None where none is."""
    tax = orjson.loads(row["tax"]) if isinstance(row["tax"], str) else row["tax"]
    if tax is None:
        return None
    return {"amount": row["net_amount"] + tax["amount"]["amount"], "currency": row["currency"]}


def _by_period(row: Row) -> list[dict[str, Any]]:
    lines = orjson.loads(row["lines"]) if isinstance(row["lines"], str) else row["lines"]
    return [
        {"charge_period": period, "net": {"amount": amount, "currency": row["currency"]}}
        for period, amount in net_by_period(lines).items()
    ]


def _is_followed() -> ColumnElement[Any]:
    """Whether the next version of a quote has been begun."""
    following = quotes.alias("following")
    found = select(following.c.id).where(
        following.c.tenant_id == TENANT,
        following.c.number_no == quotes.c.number_no,
        following.c.revision == quotes.c.revision + 1,
    )
    return is_found(found, beside=quotes)


QUOTES: Final = Resource(
    "quote",
    quotes,
    (
        *("partner_id", "deal_id", "number", "revision", "supersedes_id"),
        group("customer", name="customer_name", country="customer_country"),
        *("currency", "lines"),
        money("net", amount="net_amount"),
        computed("net_by_period", _by_period, "lines", "currency"),
        "tax",
        computed("total", total_of, "net_amount", "tax", "currency"),
        computed("letterhead", _letterhead, "partner_name", "vendor_name"),
        *("price_list_id", "valid_days", "valid_until", "terms", "locale", "end_of_sale_on", "status", "issued_at"),
        *("accepted_at", "declined_at", "decline_reason", "order_id", "created_by"),
    ),
    expands={"partner_id": "partners", "deal_id": "deals", "price_list_id": "price-lists", "order_id": "orders"},
    permission="quotes:read",
    filters=("status", "partner_id", "deal_id", "number", "valid_until"),
    lifecycle=LIFECYCLE,
    ruled_out=lambda row, _: not_done(
        at=row["asked_at"],
        valid_until=row["valid_until"],
        is_ordered=row["order_id"] is not None,
        is_followed=row["is_followed"],
        partner_is_inactive=row["partner_is_inactive"],
    ),
    beside={
        "asked_at": ASKED_AT,
        "partner_is_inactive": is_inactive(quotes.c.partner_id),
        "is_followed": _is_followed(),
    },
)
_DRAFT_AFTER = Statement(
    select(quotes)
    .where(
        quotes.c.tenant_id == TENANT,
        quotes.c.number_no == bindparam("number"),
        quotes.c.revision == bindparam("next_revision"),
        quotes.c.status == "draft",
    )
    .with_for_update()
)
_WITH_PRODUCT = Statement(
    select(quote_products.c.quote_id)
    .where(
        quote_products.c.tenant_id == TENANT,
        quote_products.c.sku == bindparam("sku"),
        quote_products.c.quote_id > bindparam("after", type_=Text(collation="C")),
    )
    .order_by(quote_products.c.quote_id)
    .limit(200)
)


async def quotes_with(tx: Tx, sku: str, *, after: str) -> list[str]:
    """Return the ids of up to 200 quotes that a product is in, in order, after one."""
    return [row["quote_id"] for row in await tx.all(_WITH_PRODUCT, sku=sku, after=after)]


async def draft_after(tx: Tx, quote: Row) -> Record | None:
    """Return the draft of the version that follows a quote, held, if one has been begun."""
    return await tx.first(_DRAFT_AFTER, number=quote["number_no"], next_revision=quote["revision"] + 1)


async def accepted_quote(tx: Tx, quote_id: str) -> AcceptedQuote:
    """Return what an order is made of; raises NotFound, InvalidTransition for a quote that nobody has accepted."""
    row: Record = await tx.fetch(quotes, quote_id)
    if row["status"] != "accepted":
        raise InvalidTransition("Only an accepted quote can be ordered.")
    lines = tuple(
        AcceptedLine(
            each["sku"],
            each["name"],
            each["quantity"],
            each["net"]["amount"],
            {part["sku"]: part["quantity"] for part in each["products"]},
        )
        for each in row["lines"]
    )
    return AcceptedQuote(
        row["id"],
        row["number"],
        row["partner_id"],
        row["deal_id"],
        row["customer_name"],
        row["customer_country"],
        row["currency"],
        row["net_amount"],
        lines,
    )
