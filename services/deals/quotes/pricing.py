"""What the lines of a quote cost today, as they are stored with it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from services.deals.directory.queries import Partner
from services.deals.pricing.queries import Wanted, offer_to
from services.deals.pricing.shown import shown_line
from services.deals.quotes.rules import net_of, taken_from
from services.deals.special_prices.queries import (
    is_good_on,
    lowest_unit_of,
    special_of,
    special_prices_named,
)
from services.deals.special_prices.rules import covers, is_for, left_of
from shared.db.pool import Record
from shared.db.tx import Tx
from shared.errors import Fault, Invalid


@dataclass(frozen=True, slots=True)
class QuotedLines:
    """Lines as they are stored, their sum in minor units, the list they come from, and what they are made of."""

    lines: list[dict[str, Any]]
    net: int
    price_list_id: str
    products: frozenset[str]
    needs_special_price: bool
    """Whether a line is below the floor, and no special price that was approved so low is behind it."""
    end_of_sale_on: date | None
    """The first day on which something in it is not sold any more."""
    specials_end: date | None
    """The first day on which a special price in it cannot be used any more."""


async def quoted(
    tx: Tx,
    partner: Partner,
    lines: Sequence[Mapping[str, Any]],
    *,
    currency: str,
    customer: str,
    country: str | None,
    deal_id: str | None,
    begun: bool = False,
) -> QuotedLines:
    """Price lines for a quote today; raises Invalid for what cannot be offered, NoPriceList where no list applies.

    What is only `begun`, to be changed before it is issued, may name special prices that are over, or have less left.
    """
    day = tx.now.date()
    named = {each["special_price_id"] for each in lines} - {None}
    specials = await special_prices_named(tx, named) if named else {}
    faults = (
        []
        if begun
        else _faults_of_specials(
            lines, specials, partner, currency=currency, customer=customer, deal_id=deal_id, day=day
        )
    )
    wanted = [
        Wanted(each["sku"], each["quantity"], special_of(special) if special is not None else None)
        for each in lines
        for special in [specials.get(each["special_price_id"] or "")]
    ]
    offer = await offer_to(tx, partner, wanted, currency=currency, country=country or partner.country, day=day)
    if faults or offer.faults:
        raise Invalid(errors=[*offer.faults, *faults])
    assert offer.choice.found is not None
    stored, too_low = [], False
    for line, given in zip(offer.lines, lines, strict=True):
        special = specials.get(given["special_price_id"] or "")
        too_low |= line.priced.is_below_floor and not covers(lowest_unit_of(special), unit=line.priced.unit)
        shown = shown_line(line, currency=currency)
        del shown["not_applied"]
        shown["products"] = [{"sku": sku, "quantity": count} for sku, count in sorted(line.products.items())]
        stored.append({**shown, "special_price_id": given["special_price_id"], "note": given["note"]})
    products = frozenset(sku for line in offer.lines for sku in line.products)
    ends_on = min((each.end_of_sale_on for each in offer.lines if each.end_of_sale_on is not None), default=None)
    specials_end = min((each["expires_on"] for each in specials.values()), default=None)
    return QuotedLines(stored, net_of(stored), offer.choice.found.id, products, too_low, ends_on, specials_end)


def _faults_of_specials(
    lines: Sequence[Mapping[str, Any]],
    specials: Mapping[str, Record],
    partner: Partner,
    *,
    currency: str,
    customer: str,
    deal_id: str | None,
    day: date,
) -> list[Fault]:
    faults = []
    taken = taken_from(lines)
    for index, each in enumerate(lines):
        if each["special_price_id"] is None:
            continue
        at, row = f"/lines/{index}/special_price_id", specials.get(each["special_price_id"])
        if row is None or row["partner_id"] != partner.id or row["sku"] != each["sku"] or row["currency"] != currency:
            faults.append(Fault(at, "unknown_special_price", "The partner has no such special price for this."))
        elif row["deal_id"] not in (None, deal_id):
            faults.append(Fault(at, "other_deal", "This special price is for another deal."))
        elif not is_for(row["customer_name"], quoted_to=customer):
            faults.append(Fault(at, "other_customer", "This special price is for another customer."))
        elif not is_good_on(row, day):
            faults.append(Fault(at, "special_price_over", "This special price cannot be used any more, or not yet."))
        elif taken[row["id"]] > left_of(quantity_cap=row["quantity_cap"], used_quantity=row["used_quantity"]):
            faults.append(Fault(at, "exceeds_special_price", "Less is left of the special price than this takes."))
    return faults
