"""Asking for special prices, deciding them, and using them up."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from typing import Any, Final

from services.deals.directory.queries import active_partner
from services.deals.directory.queries import partner_of as partner_named
from services.deals.prices.queries import Entry, entries_named, list_for
from services.deals.prices.tables import price_lists
from services.deals.pricing.queries import NoPriceList
from services.deals.promotions.rules import faults_of_discount
from services.deals.registrations.tables import deals
from services.deals.special_prices.queries import LIFECYCLE, is_good_on, special_prices_named
from services.deals.special_prices.rules import (
    FirstApproval,
    SpecialPriceOver,
    SpecialPriceUsedUp,
    Terms,
    decide,
    faults_of_terms,
    left_of,
    unit_of,
)
from services.deals.special_prices.schemas import SpecialPriceApprovalIn, SpecialPriceIn
from services.deals.special_prices.tables import special_prices
from shared.auth.principal import Caller
from shared.auth.sides import vendor_only
from shared.db.pool import Record
from shared.db.tx import Tx
from shared.errors import Fault, Invalid, NotFound
from shared.events.catalog.quotes import (
    SpecialPriceApproved,
    SpecialPriceConsumed,
    SpecialPriceExpired,
    SpecialPriceRejected,
    SpecialPriceRequested,
    SpecialPriceWithdrawn,
)
from shared.events.envelope import Event

EXPIRES: Final = "special_price_expires"


async def request(tx: Tx, body: SpecialPriceIn, *, caller: Caller) -> Record:
    """Ask for a special price; raises NoPriceList where there is no price that it could be better than."""
    partner_id = body.partner_id or caller.partner_id
    if partner_id is None:
        raise Invalid(errors=[Fault("/partner_id", "required", "Name the partner that asks.")])
    partner = await active_partner(tx, partner_id)
    if body.deal_id is not None:
        await _require_deal(tx, body.deal_id, partner_id=partner.id)
    unit_price = body.unit_price.amount if body.unit_price else None
    faults = faults_of_discount(percent=body.percent, amount=unit_price, pointer="/unit_price")
    if body.unit_price is not None and body.unit_price.currency != body.currency:
        faults.append(Fault("/unit_price/currency", "currency_mismatch", "The list is in another currency."))
    terms = Terms(body.percent, unit_price, body.quantity_cap, body.expires_on)
    entry, _ = await _listed(tx, partner_id=partner.id, sku=body.sku, currency=body.currency)
    faults += faults_of_terms(terms, base=entry.price, today=tx.now.date())
    if faults:
        raise Invalid(errors=faults)
    row = await tx.insert(
        special_prices,
        id=body.id or tx.new_id("spa"),
        partner_id=partner.id,
        deal_id=body.deal_id,
        customer_name=body.customer_name,
        sku=body.sku,
        currency=body.currency,
        used_quantity=0,
        reason=body.reason,
        status="requested",
        requested_by=caller.answerable_id,
        below_floor=False,
        **_columns(terms),
    )
    await _remind(tx, row)
    _tell(tx, row, SpecialPriceRequested)
    return row


async def approve(
    tx: Tx, body: SpecialPriceApprovalIn, *, special_id: str, version: int | None, caller: Caller
) -> Record:
    """Grant a special price, on other terms where some are named; below the floor a second person approves the same.

    Raises FourEyes for whoever asked for it, BelowFloor where the price list refuses prices below its floor, PartnerNotActive
    for a partner that was suspended meanwhile.
    """
    vendor_only(caller)
    row = await tx.lock_for(special_prices, special_id, action="approve", lifecycle=LIFECYCLE, version=version)
    await active_partner(tx, row["partner_id"])
    terms = _granted(row, body)
    entry, policy = await _listed(tx, partner_id=row["partner_id"], sku=row["sku"], currency=row["currency"])
    base = _base(entry, quantity=terms.quantity_cap)
    faults = faults_of_terms(terms, base=entry.price, today=tx.now.date())
    if faults:
        raise Invalid(errors=faults)
    unit = unit_of(terms, base=base)
    is_below = entry.floor is not None and unit < entry.floor
    verdict = decide(
        terms,
        is_below_floor=is_below,
        below_floor=policy,
        requested_by=row["requested_by"],
        first=_first(row),
        by=caller.answerable_id,
    )
    if verdict == "second_person":
        first = {"first_approved_by": caller.answerable_id, "first_terms": _told(terms)}
        return await tx.update(special_prices, row, below_floor=True, **first)
    approved = await _decided(
        tx,
        row,
        body.reason,
        caller=caller,
        status="approved",
        below_floor=is_below,
        lowest_unit=str(unit) if is_below else None,
        **_columns(terms),
    )
    await _remind(tx, approved)
    _tell(tx, approved, SpecialPriceApproved)
    return approved


async def reject(tx: Tx, *, special_id: str, reason: str | None, version: int | None, caller: Caller) -> Record:
    """Refuse a special price."""
    vendor_only(caller)
    row = await tx.lock_for(special_prices, special_id, action="reject", lifecycle=LIFECYCLE, version=version)
    await tx.forget(EXPIRES, subject=special_id)
    rejected = await _decided(tx, row, reason, caller=caller, status="rejected")
    _tell(tx, rejected, SpecialPriceRejected)
    return rejected


async def withdraw(tx: Tx, *, special_id: str, reason: str | None, version: int | None) -> Record:
    """Take a special price back before it is used up; quotes that have it cannot be accepted any more."""
    row = await tx.lock_for(special_prices, special_id, action="withdraw", lifecycle=LIFECYCLE, version=version)
    await tx.forget(EXPIRES, subject=special_id)
    withdrawn = await tx.update(special_prices, row, status="withdrawn", decision_reason=reason)
    _tell(tx, withdrawn, SpecialPriceWithdrawn)
    return withdrawn


async def use(tx: Tx, quantities: Mapping[str, int]) -> None:
    """Take quantities from special prices by id; raises SpecialPriceUsedUp when one has less left, SpecialPriceOver when it is.

    The rows are held in the order of their ids, so that of two who want the last ones one gets them.
    """
    held = await special_prices_named(tx, quantities, held=True)
    for special_id, quantity in sorted(quantities.items()):
        row = held.get(special_id)
        if row is None or not (row["status"] == "consumed" or is_good_on(row, tx.now.date())):
            raise SpecialPriceOver()
        left = left_of(quantity_cap=row["quantity_cap"], used_quantity=row["used_quantity"])
        if quantity > left:
            raise SpecialPriceUsedUp()
        status = "consumed" if quantity == left else "approved"
        used = await tx.update(special_prices, row, used_quantity=row["used_quantity"] + quantity, status=status)
        if status == "consumed":
            _tell(tx, used, SpecialPriceConsumed)


async def expire(tx: Tx, special_id: str, _: Mapping[str, Any]) -> None:
    """Notice that a special price is over. Its date has ended it; this only says so."""
    row = await tx.lock(special_prices, special_id)
    if row["status"] in ("requested", "approved"):
        if row["expires_on"] <= tx.now.date():
            _tell(tx, await tx.update(special_prices, row, status="expired"), SpecialPriceExpired)
        else:
            await _remind(tx, row)


def _tell(tx: Tx, row: Record, event: type[Event]) -> None:
    """Tell the partner of a special price; each event takes what it says of the row."""
    facts = {name: row[name] for name in event.model_fields if name != "special_price_id"}
    tx.emit(event.model_validate({"special_price_id": row["id"], **facts}), subject=row, audience=[row["partner_id"]])


async def _decided(tx: Tx, row: Record, reason: str | None, *, caller: Caller, **columns: Any) -> Record:
    decision = {"decided_at": tx.now, "decided_by": caller.account_id, "decision_reason": reason}
    return await tx.update(special_prices, row, **decision, **columns)


async def _require_deal(tx: Tx, deal_id: str, *, partner_id: str) -> None:
    try:
        deal = await tx.fetch(deals, deal_id)
    except NotFound:
        deal = None
    if deal is None or deal["partner_id"] != partner_id:
        raise Invalid(errors=[Fault("/deal_id", "unknown_deal", "The partner has no such deal.")])


async def _listed(tx: Tx, *, partner_id: str, sku: str, currency: str) -> tuple[Entry, str]:
    """Return what the partner's list says of a SKU today, and what becomes of prices below its floor."""
    partner = await partner_named(tx, partner_id)
    choice = await list_for(tx, partner, currency=currency, day=tx.now.date())
    if choice.found is None:
        raise NoPriceList()
    entry = (await entries_named(tx, choice.found.id, [sku])).get(sku)
    if entry is None:
        raise Invalid(errors=[Fault("/sku", "not_in_price_list", "The price list has no price for this.")])
    return entry, str((await tx.fetch(price_lists, choice.found.id))["below_floor"])


def _base(entry: Entry, *, quantity: int) -> int:
    """Return the least that one costs without a special price, for as many as it is for."""
    return min((price for start, price in entry.breaks if quantity >= start), default=entry.price)


def _granted(row: Record, body: SpecialPriceApprovalIn) -> Terms:
    first = _first(row)
    # Whoever says nothing else approves what the first has approved.
    stands = first.terms if first is not None else _terms(row)
    percent, unit_price = stands.percent, stands.unit_price
    if body.percent is not None or body.unit_price is not None:
        percent, unit_price = body.percent, body.unit_price.amount if body.unit_price else None
        faults = faults_of_discount(percent=percent, amount=unit_price, pointer="/unit_price")
        if body.unit_price is not None and body.unit_price.currency != row["currency"]:
            faults.append(Fault("/unit_price/currency", "currency_mismatch", "The list is in another currency."))
        if faults:
            raise Invalid(errors=faults)
    return Terms(percent, unit_price, body.quantity_cap or stands.quantity_cap, body.expires_on or stands.expires_on)


def _first(row: Record) -> FirstApproval | None:
    if row["first_approved_by"] is None:
        return None
    told = row["first_terms"]
    return FirstApproval(
        row["first_approved_by"], _terms(told | {"expires_on": date.fromisoformat(told["expires_on"])})
    )


def _terms(told: Mapping[str, Any] | Record) -> Terms:
    return Terms(told["percent"], told["unit_price"], told["quantity_cap"], told["expires_on"])


def _columns(terms: Terms) -> dict[str, Any]:
    return {
        "percent": terms.percent,
        "unit_price": terms.unit_price,
        "quantity_cap": terms.quantity_cap,
        "expires_on": terms.expires_on,
    }


def _told(terms: Terms) -> dict[str, Any]:
    return _columns(terms) | {"expires_on": terms.expires_on.isoformat()}


async def _remind(tx: Tx, row: Record) -> None:
    await tx.remind(EXPIRES, subject=row["id"], at=datetime.combine(row["expires_on"], time(), UTC))
