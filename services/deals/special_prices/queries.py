"""Reading special prices."""

from collections.abc import Collection, Iterable
from datetime import date
from decimal import Decimal
from typing import Any, Final

import orjson
from sqlalchemy import ARRAY, Text, any_, bindparam, select

from services.deals.directory.queries import is_inactive
from services.deals.pricing.rules import Special
from services.deals.special_prices.tables import special_prices
from shared.auth.principal import Caller
from shared.auth.sides import is_vendor_side
from shared.db.pool import Record
from shared.db.resource import Resource, Row, computed, money, withheld
from shared.db.statements import TENANT, Statement
from shared.db.tx import Tx
from shared.lifecycle import Lifecycle, move

LIFECYCLE: Final = Lifecycle(
    ("requested", "approved", "consumed", "expired", "rejected", "withdrawn"),
    move("approve", "requested", permission="special-prices:approve", to=("approved", "requested"), by="vendor"),
    move("reject", "requested", permission="special-prices:approve", to="rejected", by="vendor"),
    move("withdraw", "requested", "approved", permission="special-prices:write", to="withdrawn"),
    by_itself={"requested": ("expired",), "approved": ("consumed", "expired")},
)


def kept_from(row: Row, caller: Caller) -> Collection[str]:
    """Return what is kept from a caller: nobody approves what they asked for, or approved first, or for a partner that is not active."""
    is_own = caller.answerable_id in (row["requested_by"], row["first_approved_by"])
    return ("approve",) if is_own or row["partner_is_inactive"] else ()


def _first_terms(row: Row, caller: Caller) -> dict[str, Any] | None:
    """Show the vendor on which terms a price below the floor was approved first: what a second person approves."""
    if row["first_terms"] is None or not is_vendor_side(caller):
        return None
    terms = orjson.loads(row["first_terms"]) if isinstance(row["first_terms"], str) else row["first_terms"]
    unit_price = terms["unit_price"]
    price = None if unit_price is None else {"amount": unit_price, "currency": row["currency"]}
    return {**terms, "unit_price": price}


SPECIAL_PRICES: Final = Resource(
    "special_price",
    special_prices,
    (
        *("partner_id", "deal_id", "customer_name", "sku", "percent", money("unit_price"), "currency", "quantity_cap"),
        *("used_quantity", "expires_on", "status", "reason", "requested_by", "decided_at", "decided_by"),
        "decision_reason",
        withheld("below_floor"),
        withheld("first_approved_by"),
        # No column is named: what the record of a change says of it is not for the partner.
        computed("first_terms", lambda row: None),
    ),
    expands={"partner_id": "partners", "deal_id": "deals"},
    permission="special-prices:read",
    filters=("status", "partner_id", "deal_id", "sku", "expires_on"),
    lifecycle=LIFECYCLE,
    ruled_out=kept_from,
    beside={"partner_is_inactive": is_inactive(special_prices.c.partner_id)},
    by_caller={"first_terms": _first_terms},
)
_S = special_prices.c
_NAMED = bindparam("ids", type_=ARRAY(Text(collation="C")))
_OF_IDS = select(special_prices).where(_S.tenant_id == TENANT, _S.id == any_(_NAMED)).order_by(_S.id)
_FOUND, _HELD = Statement(_OF_IDS), Statement(_OF_IDS.with_for_update())


async def special_prices_named(tx: Tx, ids: Iterable[str], *, held: bool = False) -> dict[str, Record]:
    """Return special prices by id, where `held` each kept as it is until the transaction ends, in one order for all."""
    rows = await tx.all(_HELD if held else _FOUND, ids=sorted(set(ids)))
    return {row["id"]: row for row in rows}


def special_of(row: Record) -> Special:
    """Return a special price as the price of a line uses it."""
    return Special(row["id"], None if row["percent"] is None else Decimal(row["percent"]), row["unit_price"])


def lowest_unit_of(row: Record | None) -> Decimal | None:
    """Return the lowest price of one that was approved below the floor, None where none was."""
    return None if row is None or row["lowest_unit"] is None else Decimal(row["lowest_unit"])


def is_good_on(row: Record, day: date) -> bool:
    """Tell whether a special price can be used on a day; its dates decide, whatever a timer has noticed."""
    is_over: bool = row["expires_on"] <= day
    return row["status"] == "approved" and not is_over
