"""Asking for the facts that checks of orders decide by."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from services.deals.bundles.families import keeps_catalogue
from services.deals.bundles.queries import bundles_within
from services.deals.bundles.rules import products_in, refusal_of
from services.deals.catalogue.queries import products_named
from services.deals.directory.queries import Partner
from services.deals.order_checks.rules import Asked, below, by_sku, has_credentials
from services.deals.pricing.queries import NoPriceList, Wanted, offer_to
from shared.db.tx import Tx


async def checked(
    tx: Tx, partner: Partner, lines: Sequence[Asked], *, price: bool, currency: str, country: str | None, day: date
) -> dict[str, Any]:
    """Return what is known of an order's prices, whether it can be sold, its territory and credentials; None is not known.

    `price` says whether the vendor's price lists are what the order is to be held against.
    """
    asked = by_sku(lines)
    skus = [each.sku for each in asked]
    short = await _below(tx, partner, asked, currency=currency, country=country, day=day) if price else None
    return {
        "order.price.below": short,
        "order.can_be_sold": await _can_be_sold(tx, skus, country=country, day=day),
        "partner.covers_country": None if country is None else partner.scope.covers(country),
        "partner.has_credentials": await _has_credentials(tx, skus),
    }


async def _below(
    tx: Tx, partner: Partner, asked: Sequence[Asked], *, currency: str, country: str | None, day: date
) -> int | None:
    wanted = [Wanted(each.sku, each.quantity) for each in asked]
    try:
        offer = await offer_to(tx, partner, wanted, currency=currency, country=country or partner.country, day=day)
    except NoPriceList:
        return None
    return below(asked, {line.wanted.sku: line.priced.net for line in offer.lines})


async def _can_be_sold(tx: Tx, skus: Sequence[str], *, country: str | None, day: date) -> bool | None:
    """Tell whether all of it is in the catalogue and sold on that day, there; None where the vendor keeps no catalogue."""
    if not await keeps_catalogue(tx):
        return None
    bundles = await bundles_within(tx, skus)
    products = await products_named(tx, {product for sku in skus for product in products_in(sku, bundles)})
    return all(refusal_of(sku, bundles, products, day=day, country=country) is None for sku in skus)


async def _has_credentials(tx: Tx, skus: Sequence[str]) -> bool | None:
    bundles = await bundles_within(tx, skus)
    inside = {product for sku in skus for product in products_in(sku, bundles)}
    known = await products_named(tx, inside)
    return has_credentials({sku: each.required_credential for sku, each in known.items()}, skus=inside)
