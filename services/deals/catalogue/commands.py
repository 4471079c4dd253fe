"""Writing products, and the timers by which their dates act."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from typing import Any, Final

from sqlalchemy import bindparam, select

from services.deals.catalogue.queries import LIFECYCLE, life_of
from services.deals.catalogue.rules import Life, faults_of_charge, faults_of_life
from services.deals.catalogue.schemas import ProductIn, ProductPatch
from services.deals.catalogue.tables import bundles, products
from services.deals.products.queries import family_for_registration
from shared.auth.principal import Caller
from shared.auth.sides import vendor_only
from shared.db.pool import Record
from shared.db.statements import TENANT, Statement
from shared.db.tx import Tx, require_version
from shared.errors import AlreadyExists, Invalid
from shared.events.catalog.products import ProductEndOfSaleAnnounced, ProductState

STAGE_CHANGES: Final = "product_stage_changes"
WARNS: Final = "end_of_sale_warns"
_TAKE_SKUS: Final = "SELECT pg_advisory_xact_lock(hashtextextended($1 || ' skus', 0))"
_USES = {
    table.name: Statement(select(table.c.id).where(table.c.tenant_id == TENANT, table.c.sku == bindparam("sku")))
    for table in (products, bundles)
}


async def create(tx: Tx, body: ProductIn, *, caller: Caller) -> Record:
    """Add a product; raises AlreadyExists when its SKU is that of another product or of a bundle."""
    vendor_only(caller)
    family = await family_for_registration(tx, body.product_family)
    today = tx.now.date()
    life = Life(body.available_on or today, body.end_of_sale_on, body.end_of_life_on)
    faults = [*faults_of_life(life), *faults_of_charge(charge=body.charge, period=body.charge_period)]
    if faults:
        raise Invalid(errors=faults)
    await take_sku(tx, body.sku)
    row = await tx.insert(
        products,
        id=body.id or tx.new_id("prod"),
        sku=body.sku,
        product_family=family.code,
        name=body.name,
        names=body.names,
        description=body.description,
        unit=body.unit,
        countries=sorted(set(body.countries)),
        required_credential=body.required_credential,
        charge=body.charge,
        charge_period=body.charge_period,
        available_on=life.available_on,
        end_of_sale_on=life.end_of_sale_on,
        end_of_life_on=life.end_of_life_on,
        status=life.stage_on(today),
    )
    return await _told(tx, row, before=None)


async def change(tx: Tx, body: ProductPatch, *, product_id: str, version: int | None, caller: Caller) -> Record:
    """Change what a product is called, where it is sold, or a date that has not come yet."""
    vendor_only(caller)
    row = await tx.lock(products, product_id)
    LIFECYCLE.require_editable(row["status"], body.model_fields_set)
    require_version(row, version)
    changes = body.changes()
    if "countries" in changes:
        changes["countries"] = sorted(set(body.countries))
    return await _changed(tx, row, changes)


async def move_on(tx: Tx, *, product_id: str, action: str, version: int | None, caller: Caller) -> Record:
    """Let the next stage of a product's life begin today."""
    vendor_only(caller)
    row = await tx.lock_for(products, product_id, action=action, lifecycle=LIFECYCLE, version=version)
    today = tx.now.date()
    if action == "release":
        return await _changed(tx, row, {"available_on": today})
    if action == "end-sale":
        return await _changed(tx, row, {"end_of_sale_on": today})
    return await _changed(tx, row, {"end_of_life_on": today})


async def follow_dates(tx: Tx, product_id: str, _: Mapping[str, Any]) -> None:
    """Let the status follow the dates. They have decided already; this only says so, early or late."""
    row = await tx.lock(products, product_id)
    stage = life_of(row).stage_on(tx.now.date())
    if stage != row["status"]:
        row = await tx.update(products, row, status=stage)
        tx.emit(state_of(row), subject=row)
    await _remind(tx, row)


async def take_sku(tx: Tx, sku: str) -> None:
    """Hold all SKUs until the transaction ends; raises AlreadyExists when a product or a bundle has this one."""
    await hold_skus(tx)
    for uses in _USES.values():
        if await tx.first(uses, sku=sku) is not None:
            raise AlreadyExists()


async def hold_skus(tx: Tx) -> None:
    """Let nobody else give out a SKU, or say what is in a bundle, until the transaction ends."""
    await tx.connection.execute(_TAKE_SKUS, tx.tenant_id)


def state_of(row: Record) -> ProductState:
    """Return the full state of a product, as others keep it."""
    return ProductState(
        product_id=row["id"],
        **{name: row[name] for name in ProductState.model_fields if name != "product_id"},
    )


async def _changed(tx: Tx, row: Record, changes: dict[str, Any]) -> Record:
    after = {**row, **changes}
    faults = faults_of_life(life_of(after))
    if faults:
        raise Invalid(errors=faults)
    stage = life_of(after).stage_on(tx.now.date())
    return await _told(tx, await tx.update(products, row, status=stage, **changes), before=row["end_of_sale_on"])


async def _told(tx: Tx, row: Record, *, before: date | None) -> Record:
    tx.emit(state_of(row), subject=row)
    if row["end_of_sale_on"] != before:
        # Open quotes and deals may be many, so that they are warned, or not any more, after this.
        await tx.remind(WARNS, subject=row["id"], at=tx.now)
    if row["end_of_sale_on"] is not None and row["end_of_sale_on"] != before:
        event = ProductEndOfSaleAnnounced(
            product_id=row["id"],
            sku=row["sku"],
            product_family=row["product_family"],
            end_of_sale_on=row["end_of_sale_on"],
        )
        tx.emit(event, subject=row)
    await _remind(tx, row)
    return row


async def _remind(tx: Tx, row: Record) -> None:
    coming = life_of(row).next_change(tx.now.date())
    if coming is None:
        await tx.forget(STAGE_CHANGES, subject=row["id"])
    else:
        await tx.remind(STAGE_CHANGES, subject=row["id"], at=datetime.combine(coming, time(), UTC))
