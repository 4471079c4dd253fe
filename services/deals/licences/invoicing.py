"""Recurring invoices of licences: recorded once, and taken back for days that are not served."""

from services.deals.installed_base.lifecycle import LIFECYCLE
from services.deals.installed_base.tables import licence_invoices, licences
from services.deals.licences import queries
from services.deals.licences.rules import (
    DaysInvoiced,
    faults_of_issue,
    in_the_way,
    left_to_invoice,
    unserved,
)
from services.deals.licences.schemas import LicenceInvoiceIn
from shared.auth.principal import Caller
from shared.auth.sides import vendor_only
from shared.db.pool import Record
from shared.db.resource import Row
from shared.db.tx import Tx, require_version
from shared.errors import AlreadyExists, Fault, Invalid
from shared.events.catalog.deals import Amount
from shared.events.catalog.licences import LicenceInvoiced, LicenceUnserved
from shared.values.days import latest_day


async def record(tx: Tx, body: LicenceInvoiceIn, *, licence_id: str, version: int | None, caller: Caller) -> Row:
    """Record a recurring invoice; the same one again changes nothing.

    Raises Invalid for days that are not served and for more than the term comes to, DaysInvoiced for days that another invoice
    is for, AlreadyExists when its number says something else now.
    """
    vendor_only(caller)
    row = await tx.lock(licences, licence_id)
    known = await queries.invoice_of_number(tx, licence_id, number=body.number)
    if known is not None:
        _require_same(body, known)
        return row
    LIFECYCLE.require(row["status"], "invoice")
    require_version(row, version)
    await _check(tx, body, row)
    made = await tx.insert(
        licence_invoices,
        id=tx.new_id("linv"),
        licence_id=licence_id,
        partner_id=row["partner_id"],
        number=body.number,
        period_from=body.from_,
        period_to=body.to,
        amount=body.amount.amount,
        unserved_amount=0,
        currency=body.amount.currency,
        issued_on=body.issued_on,
        exclusive=True,
    )
    event = LicenceInvoiced(
        invoice_id=made["id"],
        licence_id=licence_id,
        deal_id=row["deal_id"],
        partner_id=row["partner_id"],
        sku=row["sku"],
        product_family=row["product_family"],
        country=row["customer_country"],
        quantity=row["quantity"],
        net=Amount(amount=made["amount"], currency=made["currency"]),
        period_from=made["period_from"],
        period_to=made["period_to"],
        happened_on=made["issued_on"],
        kind=row["kind"],
        term_no=row["term_no"],
    )
    tx.emit(event, subject=made, audience=[row["partner_id"]])
    return row


async def take_back_unserved(tx: Tx, licence: Row) -> None:
    """Take back what was invoiced for days from a licence's cancellation on, and tell of it once for each invoice."""
    rows = {row["id"]: row for row in await queries.invoices_of(tx, licence["id"])}
    day = licence["cancelled_on"]
    for each, amount in unserved([queries.invoiced(row) for row in rows.values()], cancelled_on=day):
        changed = await tx.update(licence_invoices, rows[each.id], unserved_amount=amount)
        event = LicenceUnserved(
            invoice_id=each.id,
            licence_id=licence["id"],
            deal_id=licence["deal_id"],
            partner_id=changed["partner_id"],
            sku=licence["sku"],
            product_family=licence["product_family"],
            net=Amount(amount=amount, currency=changed["currency"]),
            happened_on=day,
        )
        # The invoice is the subject, so that nothing is taken back before it was earned.
        tx.emit(event, subject=changed, audience=[changed["partner_id"]])


def _require_same(body: LicenceInvoiceIn, known: Record) -> None:
    said = (body.from_, body.to, body.issued_on, body.amount.amount, body.amount.currency)
    if said != tuple(known[name] for name in ("period_from", "period_to", "issued_on", "amount", "currency")):
        raise AlreadyExists()


async def _check(tx: Tx, body: LicenceInvoiceIn, licence: Row) -> None:
    """Hold an invoice against its licence and what was invoiced before: the licence is held, so that nobody comes between."""
    rows = {row["id"]: row for row in await queries.invoices_of(tx, licence["id"])}
    known = [queries.invoiced(row) for row in rows.values()]
    currency, left = licence["currency"], left_to_invoice(licence["amount"], invoices=known)
    faults = faults_of_issue(body.issued_on, starts_on=licence["starts_on"], latest=latest_day(tx.now))
    if not licence["starts_on"] <= body.from_ < body.to <= (licence["cancelled_on"] or licence["ends_on"]):
        faults.append(Fault("/from", "out_of_range", "An invoice is for days on which the licence is served."))
    if body.amount.currency != currency:
        faults.append(Fault("/amount/currency", "currency_mismatch", "The licence is in another currency."))
    elif body.amount.amount > left:
        faults.append(
            Fault("/amount/amount", "exceeds_term", "It comes to more than is left of what the term comes to.")
        )
    if faults:
        raise Invalid(errors=faults, left={"amount": left, "currency": currency})
    found = in_the_way(known, start=body.from_, end=body.to)
    if found is not None:
        other, start, end = found
        raise DaysInvoiced(
            f"Invoice {rows[other.id]['number']} is for the days from {start} up to {end} already.",
            invoice_id=other.id,
            number=rows[other.id]["number"],
            days={"from": start.isoformat(), "to": end.isoformat()},
        )
