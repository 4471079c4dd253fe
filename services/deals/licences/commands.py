"""Starting licences, and renewing them."""

from typing import Any
from zoneinfo import available_timezones

from services.deals.directory.queries import active_partner, partner_of
from services.deals.installed_base.lifecycle import LIFECYCLE
from services.deals.installed_base.tables import licences
from services.deals.licences.allowances import require_allowance
from services.deals.licences.customers import customer_of
from services.deals.licences.renewals import sells, sold_by
from services.deals.licences.rules import FREE, OF_TIERS, LicenceEnded, Taken, add_months, faults_of_start, has_ended
from services.deals.licences.schemas import ActivationIn, LicenceIn, RenewalIn
from services.deals.licences.timers import forget, remind_of
from services.deals.orders.rules import LARGEST
from services.deals.products.queries import family_for_registration
from services.deals.registrations.tables import deals
from shared.auth.principal import Caller
from shared.auth.sides import is_vendor_side, vendor_only
from shared.db.pool import Record
from shared.db.resource import Row
from shared.db.tx import Tx
from shared.errors import Fault, Forbidden, Invalid, NotFound
from shared.events.catalog.licences import LicenceActivated, LicenceRenewed, LicenceStarted
from shared.matching import Company

_CUSTOMER = ("customer_name", "customer_domain", "customer_country", "customer_tax_id")
_KEPT = (
    "partner_id",
    "customer_id",
    "kind",
    "sku",
    "product_family",
    "currency",
    "time_zone",
    "anchor_day",
    "renewal_lead_days",
    *_CUSTOMER,
)


async def start(tx: Tx, body: LicenceIn, *, caller: Caller) -> Row:
    """Record a licence of which a partner is the partner of record.

    A partner takes only those that are free to it, for itself; raises AllowanceExceeded beyond what its tier allows,
    PartnerNotActive, and Invalid for a deal that the partner does not have.
    """
    partner_id = body.partner_id or caller.partner_id
    if partner_id is None:
        raise Invalid(errors=[Fault("/partner_id", "required", "Name the partner of record.")])
    partner = await partner_of(tx, partner_id)
    if body.kind not in OF_TIERS and not is_vendor_side(caller):
        raise Forbidden("A partner takes only licences that its tier has free.")
    _check(body)
    partner = await active_partner(tx, partner.id)
    family = await family_for_registration(tx, body.product_family)
    if body.deal_id is not None:
        await _require_deal(tx, body.deal_id, partner_id=partner.id)
    if body.kind in OF_TIERS:
        wanted = Taken(body.quantity, body.starts_on, add_months(body.starts_on, body.term_months))
        await require_allowance(tx, partner, kind=body.kind, wanted=wanted)
    customer = body.customer
    of_customer = None
    if body.kind not in OF_TIERS:
        company = Company(customer.name, domain=customer.domain, country=customer.country, tax_id=customer.tax_id)
        of_customer = await customer_of(tx, company, deal_id=body.deal_id)
    return await _stored(
        tx,
        id=body.id or tx.new_id("lic"),
        partner_id=partner.id,
        kind=body.kind,
        status="trial" if body.kind == "trial" else "active",
        customer_id=of_customer,
        customer_name=customer.name,
        customer_domain=customer.domain,
        customer_country=customer.country,
        customer_tax_id=customer.tax_id,
        sku=body.sku,
        product_family=family.code,
        quantity=body.quantity,
        unit_price=body.unit_price,
        amount=body.quantity * body.unit_price,
        currency=body.currency,
        term_months=body.term_months,
        term_no=1,
        anchor_day=body.starts_on.day,
        time_zone=body.time_zone,
        starts_on=body.starts_on,
        ends_on=add_months(body.starts_on, body.term_months),
        renewal_lead_days=body.renewal_lead_days,
        deal_id=body.deal_id,
        created_by=caller.account_id,
    )


async def activate(tx: Tx, body: ActivationIn, *, licence_id: str, version: int | None, caller: Caller) -> Row:
    """Turn a trial into a commercial licence, whose term begins on a day of the trial; raises LicenceEnded."""
    row = await held_running(tx, licence_id, action="activate", version=version, caller=caller)
    if not row["starts_on"] <= body.starts_on <= row["ends_on"]:
        raise Invalid(errors=[Fault("/starts_on", "out_of_range", "The term begins on a day of the trial.")])
    quantity = body.quantity or row["quantity"]
    active = await tx.update(
        licences,
        row,
        status="active",
        kind="commercial",
        quantity=quantity,
        unit_price=body.unit_price,
        amount=_amount(quantity, body.unit_price),
        term_months=body.term_months,
        anchor_day=body.starts_on.day,
        starts_on=body.starts_on,
        ends_on=add_months(body.starts_on, body.term_months),
    )
    await remind_of(tx, active)
    event = LicenceActivated(
        licence_id=licence_id,
        partner_id=row["partner_id"],
        starts_on=active["starts_on"],
        ends_on=active["ends_on"],
    )
    tx.emit(event, subject=active, audience=[row["partner_id"]])
    return active


async def renew(tx: Tx, body: RenewalIn, *, licence_id: str, version: int | None, caller: Caller) -> Row:
    """Begin the next term where this one ends, as a licence of its own.

    This one comes back as renewed, and names it in `renewed_by`. Raises LicenceEnded, PartnerNotActive, AllowanceExceeded.
    """
    row = await held_running(tx, licence_id, action="renew", version=version, caller=caller)
    quantity = body.quantity or row["quantity"]
    price = row["unit_price"] if body.unit_price is None else body.unit_price
    months = body.term_months or row["term_months"]
    faults = faults_of_start(row["ends_on"], pointer="/term_months")
    if faults:
        raise Invalid(errors=faults)
    if row["kind"] in OF_TIERS and price:
        raise Invalid(errors=[_free()])
    partner = await active_partner(tx, row["partner_id"])
    if row["kind"] in OF_TIERS:
        ends_on = add_months(row["ends_on"], months, anchor_day=row["anchor_day"])
        await require_allowance(tx, partner, kind=row["kind"], wanted=Taken(quantity, row["ends_on"], ends_on))
    return await follow(
        tx,
        row,
        quantity=quantity,
        unit_price=price,
        term_months=months,
        deal_id=await sold_by(tx, row),
        terms_from="request" if body.model_fields_set else "licence",
        created_by=caller.account_id,
    )


async def follow(tx: Tx, row: Record, *, quantity: int, unit_price: int, term_months: int, **said: Any) -> Row:
    """Let a term follow a licence whose row is held, from the day this one ends on; returns this one, renewed.

    It ends on the day of the month on which the first of all these terms began, or the last of a shorter month.
    """
    following = await _stored(
        tx,
        id=tx.new_id("lic"),
        status="active",
        **{name: row[name] for name in _KEPT} | said,
        quantity=quantity,
        unit_price=unit_price,
        amount=_amount(quantity, unit_price),
        term_months=term_months,
        term_no=row["term_no"] + 1,
        starts_on=row["ends_on"],
        ends_on=add_months(row["ends_on"], term_months, anchor_day=row["anchor_day"]),
        renewal_of=row["id"],
    )
    renewed = await tx.update(licences, row, status="renewed", renewed_by=following["id"])
    await forget(tx, row["id"])
    event = LicenceRenewed(licence_id=row["id"], partner_id=row["partner_id"], renewed_by=following["id"])
    tx.emit(event, subject=renewed, audience=[row["partner_id"]])
    return renewed


async def held_running(tx: Tx, licence_id: str, *, action: str, version: int | None, caller: Caller) -> Record:
    """Return a licence that has not ended, its row held, for a step that is the vendor's; raises LicenceEnded."""
    vendor_only(caller)
    row = await tx.lock_for(licences, licence_id, action=action, lifecycle=LIFECYCLE, version=version)
    if has_ended(row["ends_on"], zone=row["time_zone"], at=tx.now):
        raise LicenceEnded()
    return row


async def _stored(tx: Tx, **values: Any) -> Record:
    row = await tx.insert(licences, **values)
    await remind_of(tx, row)
    event = LicenceStarted(
        licence_id=row["id"],
        partner_id=row["partner_id"],
        deal_id=row["deal_id"],
        kind=row["kind"],
        sku=row["sku"],
        product_family=row["product_family"],
        quantity=row["quantity"],
        starts_on=row["starts_on"],
        ends_on=row["ends_on"],
        renewal_of=row["renewal_of"],
    )
    tx.emit(event, subject=row, audience=[row["partner_id"]])
    return row


async def _require_deal(tx: Tx, deal_id: str, *, partner_id: str) -> None:
    unknown = Invalid(errors=[Fault("/deal_id", "unknown_deal", "The partner of record has no such deal.")])
    try:
        deal = await tx.fetch(deals, deal_id)
    except NotFound as missing:
        raise unknown from missing
    if deal["partner_id"] != partner_id:
        raise unknown
    if not sells(deal, at=tx.now):
        raise Invalid(
            errors=[Fault("/deal_id", "deal_not_live", "Nothing is sold by this deal: it is not approved or won.")]
        )


def _check(body: LicenceIn) -> None:
    faults = faults_of_start(body.starts_on, pointer="/starts_on")
    if body.time_zone not in available_timezones():
        faults.append(Fault("/time_zone", "unknown_time_zone", "There is no such time zone."))
    if body.quantity * body.unit_price > LARGEST:
        faults.append(_too_large())
    if body.kind in FREE and body.unit_price:
        faults.append(_free())
    if faults:
        raise Invalid(errors=faults)


def _amount(quantity: int, unit_price: int) -> int:
    if quantity * unit_price > LARGEST:
        raise Invalid(errors=[_too_large()])
    return quantity * unit_price


def _too_large() -> Fault:
    return Fault("/unit_price", "too_large", "The licence comes to more than can be told.")


def _free() -> Fault:
    return Fault("/unit_price", "free", "A licence of this kind is free.")
