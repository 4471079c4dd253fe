"""The product families of what has a SKU, as the catalogue says."""

from collections.abc import Collection, Iterable, Mapping

from sqlalchemy import Integer, literal, select

from services.deals.bundles.queries import bundles_within
from services.deals.bundles.rules import families_in
from services.deals.catalogue.queries import products_named
from services.deals.catalogue.tables import products
from shared.db.statements import TENANT, Statement
from shared.db.tx import Tx
from shared.errors import Fault

_ANY = Statement(
    select(literal(1, Integer).label("found"))
    .select_from(products)
    .where(products.c.tenant_id == TENANT)
    # In the order of an index, so that one row is read and not a table.
    .order_by(products.c.created_at, products.c.id)
    .limit(1)
)


async def keeps_catalogue(tx: Tx) -> bool:
    """Tell whether the vendor keeps a catalogue: it has a product."""
    return await tx.first(_ANY) is not None


async def families_of(tx: Tx, skus: Iterable[str]) -> dict[str, frozenset[str]]:
    """Return the product families of what these SKUs are: several for a bundle of several; an unknown SKU is missing in it."""
    wanted = set(skus)
    bundles = await bundles_within(tx, wanted)
    inside = {part for each in bundles.values() for part in each.parts}
    known = await products_named(tx, wanted | inside)
    return families_in(wanted, bundles, {sku: each.family for sku, each in known.items()})


def family_of(sku: str, given: str | None, families: Mapping[str, Collection[str]]) -> str | None:
    """Return the family of a line: the one that it gives, else the SKU's where that has one; None where it is not known."""
    if given is not None:
        return given
    found = families.get(sku, ())
    return next(iter(found)) if len(found) == 1 else None


def fault_of_family(
    sku: str, given: str | None, families: Mapping[str, Collection[str]], *, pointer: str
) -> Fault | None:
    """Return what is wrong with a line that gives another family than the catalogue has for its SKU, or None."""
    if given is None or sku not in families or given in families[sku]:
        return None
    return Fault(pointer, "other_family_than_sku", "The catalogue has this SKU in another product family.")
