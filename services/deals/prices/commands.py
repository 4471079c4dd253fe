"""Writing price lists."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from typing import Any, Final

import asyncpg
from sqlalchemy import bindparam, select

from services.deals.catalogue.queries import skus_known
from services.deals.directory.tiers import require_tier
from services.deals.prices.audience import open_to_partners
from services.deals.prices.queries import LIFECYCLE, price_list_of, rows_named
from services.deals.prices.rules import EmptyPriceList, PriceListOverlaps, end_of, faults_of_entry, ordinals_of
from services.deals.prices.schemas import PriceListEntriesIn, PriceListEntryIn, PriceListIn, PriceListPatch
from services.deals.prices.tables import price_list_entries, price_lists
from shared.auth.principal import Caller
from shared.auth.sides import vendor_only, whole_tenant_only
from shared.db.pool import Record
from shared.db.statements import TENANT, Statement
from shared.db.tx import Tx, require_version
from shared.errors import Fault, Invalid
from shared.events.catalog.products import PriceListPublished

ENDS: Final = "price_list_ends"
_L = price_lists.c
_OF_THE_SAME = Statement(
    select(price_lists)
    .where(
        _L.tenant_id == TENANT,
        _L.currency == bindparam("currency"),
        _L.tier.is_not_distinct_from(bindparam("tier")),
        _L.status == "published",
    )
    .order_by(_L.id)
    .with_for_update()
)
_AN_ENTRY = Statement(
    select(price_list_entries.c.id)
    .where(price_list_entries.c.tenant_id == TENANT, price_list_entries.c.price_list_id == bindparam("price_list"))
    .limit(1)
)


async def create(tx: Tx, body: PriceListIn, *, caller: Caller) -> Record:
    """Draft a price list; nobody but the vendor sees it before it is published. Raises Invalid for a tier that there is not."""
    vendor_only(caller)
    whole_tenant_only(tx.viewer)
    _check_days(body.effective_from, body.effective_to)
    await require_tier(tx, body.tier)
    return await tx.insert(
        price_lists,
        id=body.id or tx.new_id("plst"),
        name=body.name,
        tier=body.tier,
        currency=body.currency,
        countries=sorted(set(body.countries)),
        territory=_territory(body.countries),
        effective_from=body.effective_from,
        effective_to=body.effective_to,
        status="draft",
        floor_margin=body.floor_margin,
        below_floor=body.below_floor,
    )


async def change(tx: Tx, body: PriceListPatch, *, list_id: str, version: int | None, caller: Caller) -> Record:
    """Change a draft."""
    vendor_only(caller)
    whole_tenant_only(tx.viewer)
    row = await tx.lock(price_lists, list_id)
    LIFECYCLE.require_editable(row["status"], body.model_fields_set)
    require_version(row, version)
    changes: dict[str, Any] = body.changes()
    if "countries" in changes:
        changes |= {"countries": sorted(set(body.countries)), "territory": _territory(body.countries)}
    after = {**row, **changes}
    _check_days(after["effective_from"], after["effective_to"])
    if after["tier"] != row["tier"]:
        await require_tier(tx, after["tier"])
    return await tx.update(price_lists, row, **changes)


async def set_entries(tx: Tx, body: PriceListEntriesIn, *, list_id: str, version: int | None, caller: Caller) -> Record:
    """Set and take out entries of a draft; an entry that says the same already stays as it is."""
    vendor_only(caller)
    whole_tenant_only(tx.viewer)
    row = await tx.lock_for(price_lists, list_id, action="entries", lifecycle=LIFECYCLE, version=version)
    await _check_entries(tx, body, currency=row["currency"])
    stored = await rows_named(tx, list_id, [*(each.sku for each in body.entries), *body.remove])
    for sku in sorted(stored.keys() & set(body.remove)):
        await tx.delete(price_list_entries, stored[sku])
    for each in body.entries:
        values, before = _columns(each), stored.get(each.sku)
        if before is None:
            names = {"id": tx.new_id("plen"), "price_list_id": list_id, "sku": each.sku, "currency": row["currency"]}
            await tx.insert(price_list_entries, **names, **values)
        elif any(before[name] != value for name, value in values.items()):
            await tx.update(price_list_entries, before, **values)
    return await tx.update(price_lists, row)


async def publish(tx: Tx, *, list_id: str, version: int | None, caller: Caller) -> Record:
    """Put a list in force from its first day, and end the one it follows on that day.

    Raises PriceListOverlaps where another is published for some of the same days, countries and tier: the exclusion
    constraint decides.
    """
    vendor_only(caller)
    whole_tenant_only(tx.viewer)
    row = await tx.lock_for(price_lists, list_id, action="publish", lifecycle=LIFECYCLE, version=version)
    if await tx.first(_AN_ENTRY, price_list=list_id) is None:
        raise EmptyPriceList()
    new = price_list_of(row)
    for old in await tx.all(_OF_THE_SAME, currency=row["currency"], tier=row["tier"]):
        await _end(tx, old, new_list=row, on=end_of(price_list_of(old), new=new))
    try:
        async with tx.savepoint():
            published = await tx.update(
                price_lists, row, status="published", published_at=tx.now, published_by=caller.account_id
            )
    except asyncpg.ExclusionViolationError:
        raise PriceListOverlaps() from None
    await _remind(tx, published)
    event = PriceListPublished(
        price_list_id=published["id"],
        currency=published["currency"],
        tier=published["tier"],
        effective_from=published["effective_from"],
        effective_to=published["effective_to"],
    )
    tx.emit(event, subject=published, audience=await open_to_partners(tx, published))
    return published


async def end(tx: Tx, list_id: str, _: Mapping[str, Any]) -> None:
    """Notice that a list's time is over. Its dates have ended it; this only says so."""
    row = await tx.lock(price_lists, list_id)
    if row["status"] == "published" and row["effective_to"] is not None:
        if row["effective_to"] <= tx.now.date():
            await tx.update(price_lists, row, status="superseded")
        else:
            await _remind(tx, row)


async def _end(tx: Tx, old: Record, *, new_list: Record, on: date | None) -> None:
    """End an older list for the same countries, where one follows the other; what cannot be is left to the constraint."""
    if on is None or old["countries"] != new_list["countries"]:
        return
    if old["effective_to"] is None or old["effective_to"] > on:
        status = "superseded" if on <= tx.now.date() else "published"
        await _remind(tx, await tx.update(price_lists, old, effective_to=on, status=status))


async def _remind(tx: Tx, row: Record) -> None:
    if row["status"] == "published" and row["effective_to"] is not None:
        await tx.remind(ENDS, subject=row["id"], at=datetime.combine(row["effective_to"], time(), UTC))
    else:
        await tx.forget(ENDS, subject=row["id"])


async def _check_entries(tx: Tx, body: PriceListEntriesIn, *, currency: str) -> None:
    known = await skus_known(tx, (each.sku for each in body.entries))
    faults: list[Fault] = []
    for index, each in enumerate(body.entries):
        at = f"/entries/{index}"
        if each.sku in {other.sku for other in body.entries[:index]} | set(body.remove):
            faults.append(Fault(f"{at}/sku", "named_twice", "Name each SKU once."))
        elif each.sku not in known:
            faults.append(Fault(f"{at}/sku", "unknown_sku", "No product and no bundle has this SKU."))
        amounts = [each.price, *(step.price for step in each.breaks), each.cost, each.floor_price]
        faults += faults_of_entry(
            at=at,
            currency=currency,
            price=each.price.amount,
            breaks=[(step.from_quantity, step.price.amount) for step in each.breaks],
            currencies=[amount.currency for amount in amounts if amount is not None],
        )
    if faults:
        raise Invalid(errors=faults)


def _columns(entry: PriceListEntryIn) -> dict[str, Any]:
    return {
        "price": entry.price.amount,
        "breaks": [each.model_dump() for each in entry.breaks],
        "cost": entry.cost.amount if entry.cost else None,
        "floor_price": entry.floor_price.amount if entry.floor_price else None,
    }


def _territory(countries: list[str]) -> list[Any]:
    return [asyncpg.Range(number, number + 1) for number in ordinals_of(countries)]


def _check_days(effective_from: date, effective_to: date | None) -> None:
    if effective_to is not None and effective_to <= effective_from:
        raise Invalid(errors=[Fault("/effective_to", "empty_period", "The end lies after the beginning.")])
