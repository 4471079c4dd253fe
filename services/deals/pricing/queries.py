"""Working out the prices of lines for a partner from what is in force on a day."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from services.deals.bundles.queries import bundles_within
from services.deals.bundles.rules import Bundle, products_in, refusal_of
from services.deals.catalogue.queries import products_named
from services.deals.catalogue.rules import Product, first_end, period_of
from services.deals.directory.queries import Partner
from services.deals.prices.queries import Entry, entries_named, list_for
from services.deals.prices.rules import Choice, PriceList
from services.deals.pricing.rules import Priced, Special, Tariff, price
from services.deals.promotions.queries import promotions_on
from services.deals.promotions.rules import Promotion, Sale
from shared.db.tx import Tx
from shared.errors import Conflict, Fault


class NoPriceList(Conflict):
    """No price list applies to the partner in this currency."""

    code, title = "no_price_list", "No price list applies"


@dataclass(frozen=True, slots=True)
class Wanted:
    """So many of a SKU, perhaps at a special price."""

    sku: str
    quantity: int
    special: Special | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """A priced line: what it is, what it is made of, and its price."""

    wanted: Wanted
    name: str
    unit: str
    products: Mapping[str, int]
    """The products in one of it, and how many of each."""
    priced: Priced
    end_of_sale_on: date | None
    """The first day on which something in it is not sold any more, None where none is known."""
    charge_period: str | None
    """How often the price is charged, None for once."""


@dataclass(frozen=True, slots=True)
class Offer:
    """The lines that could be priced, what is wrong with the others, and which list was chosen why."""

    choice: Choice
    lines: tuple[Line, ...]
    faults: tuple[Fault, ...]


@dataclass(frozen=True, slots=True)
class _Catalogue:
    """What is known of the SKUs of an offer."""

    bundles: Mapping[str, Bundle]
    products: Mapping[str, Product]
    entries: Mapping[str, Entry]
    price_list: PriceList
    promotions: Sequence[Promotion]


async def offer_to(
    tx: Tx, partner: Partner, wanted: Sequence[Wanted], *, currency: str, country: str | None, day: date
) -> Offer:
    """Price lines for a partner on a day, to be used in a country; raises NoPriceList when no list applies.

    Faults point at `/lines/<index>/sku`: what is not sold, not there, or has no price in the list.
    """
    choice = await list_for(tx, partner, currency=currency, day=day)
    if choice.found is None:
        raise NoPriceList()
    skus = {each.sku for each in wanted}
    bundles = await bundles_within(tx, skus)
    inside = {part for each in bundles.values() for part in each.parts}
    known = _Catalogue(
        bundles,
        await products_named(tx, skus | inside),
        await entries_named(tx, choice.found.id, skus),
        choice.found,
        await promotions_on(tx, day),
    )
    lines, faults = [], []
    for index, each in enumerate(wanted):
        refusal = _refusal(each.sku, known, country=country, day=day)
        if refusal is not None:
            faults.append(_fault(f"/lines/{index}/sku", refusal))
        else:
            lines.append(_line(each, known, partner, currency=currency, country=country, day=day))
    return Offer(choice, tuple(lines), tuple(faults))


def _fault(at: str, refusal: str) -> Fault:
    match refusal:
        case "unknown_sku":
            return Fault(at, refusal, "No product and no bundle has this SKU.")
        case "no_longer_sold":
            return Fault(at, refusal, "This is not sold any more.")
        case "not_available_yet":
            return Fault(at, refusal, "This is not sold yet.")
        case "not_sold_in_country":
            return Fault(at, refusal, "This is not sold in the customer's country.")
        case _:
            return Fault(at, refusal, "The price list has no price for this.")


def _refusal(sku: str, known: _Catalogue, *, country: str | None, day: date) -> str | None:
    """Return why a SKU cannot be offered: it is not sold, or has no price."""
    refusal = refusal_of(sku, known.bundles, known.products, day=day, country=country)
    return refusal or (None if sku in known.entries else "not_in_price_list")


def _line(
    wanted: Wanted, known: _Catalogue, partner: Partner, *, currency: str, country: str | None, day: date
) -> Line:
    products = products_in(wanted.sku, known.bundles)
    families = frozenset(known.products[each].family for each in products)
    sale = Sale(wanted.sku, families, wanted.quantity, currency, partner.tier, country, day)
    entry = known.entries[wanted.sku]
    tariff = Tariff(known.price_list.id, known.price_list.name, entry.price, entry.breaks, entry.floor)
    priced = price(sale, tariff, promotions=known.promotions, special=wanted.special)
    parts = [known.products[each] for each in products]
    ends_on, period = first_end(each.life for each in parts), period_of(parts)
    if wanted.sku in known.bundles:
        return Line(wanted, known.bundles[wanted.sku].name, "bundle", products, priced, ends_on, period)
    product = known.products[wanted.sku]
    return Line(wanted, product.name, product.unit, products, priced, ends_on, period)
