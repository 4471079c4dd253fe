"""Writing bundles."""

from collections.abc import Sequence
from typing import Any, Final

from services.deals.bundles.queries import LIFECYCLE, bundles_within
from services.deals.bundles.rules import Bundle, cycle_through, depth_of
from services.deals.bundles.schemas import BundleIn, BundlePartIn, BundlePatch
from services.deals.catalogue.commands import hold_skus, take_sku
from services.deals.catalogue.queries import products_named
from services.deals.catalogue.tables import bundles
from shared.auth.principal import Caller
from shared.auth.sides import vendor_only
from shared.db.pool import Record
from shared.db.tx import Tx, require_version
from shared.errors import Fault, Invalid

DEEPEST: Final = 5


async def create(tx: Tx, body: BundleIn, *, caller: Caller) -> Record:
    """Add a bundle; raises AlreadyExists for a SKU that is taken, Invalid for components that cannot be in it."""
    vendor_only(caller)
    await take_sku(tx, body.sku)
    return await tx.insert(
        bundles,
        id=body.id or tx.new_id("bndl"),
        sku=body.sku,
        name=body.name,
        names=body.names,
        components=await _checked(tx, body.sku, body.name, body.components),
        status="active",
    )


async def change(tx: Tx, body: BundlePatch, *, bundle_id: str, version: int | None, caller: Caller) -> Record:
    """Change what a bundle is called or what is in it."""
    vendor_only(caller)
    await hold_skus(tx)
    row = await tx.lock(bundles, bundle_id)
    LIFECYCLE.require_editable(row["status"], body.model_fields_set)
    require_version(row, version)
    changes: dict[str, Any] = body.changes()
    if "components" in changes:
        changes["components"] = await _checked(tx, row["sku"], row["name"], body.components)
    return await tx.update(bundles, row, **changes)


async def set_status(tx: Tx, *, bundle_id: str, action: str, version: int | None, caller: Caller) -> Record:
    """Retire a bundle, so that no quote takes it any more, or restore it."""
    vendor_only(caller)
    row = await tx.lock_for(bundles, bundle_id, action=action, lifecycle=LIFECYCLE, version=version)
    return await tx.update(bundles, row, status="retired" if action == "retire" else "active")


async def _checked(tx: Tx, sku: str, name: str, components: Sequence[BundlePartIn]) -> list[dict[str, Any]]:
    """Return components as they are stored; all SKUs are held, so that no two bundles take each other in at once."""
    parts = {each.sku: each.quantity for each in components}
    named = await products_named(tx, parts)
    known = await bundles_within(tx, parts)
    within = {**known, sku: Bundle(sku, name, parts)}
    faults: list[Fault] = []
    for index, each in enumerate(components):
        at = f"/components/{index}/sku"
        if each.sku in (other.sku for other in components[:index]):
            faults.append(Fault(at, "named_twice", "Name each component once."))
        elif each.sku not in named and each.sku not in within:
            faults.append(Fault(at, "unknown_sku", "No product and no bundle has this SKU."))
    if not faults and cycle_through(sku, within):
        faults.append(Fault("/components", "contains_itself", "A bundle cannot contain itself."))
    if not faults and depth_of(sku, within) > DEEPEST:
        faults.append(Fault("/components", "too_deep", f"At most {DEEPEST} bundles stand within each other."))
    if faults:
        raise Invalid(errors=faults)
    return [each.model_dump() for each in components]
