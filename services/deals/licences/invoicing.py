"""Recurring invoices of licences: recorded once, and taken back for days that are not served."""

from services.deals.licences import queries
from services.deals.licences.lifecycle import LIFECYCLE
from services.deals.licences.rules import unserved
from services.deals.licences.schemas import LicenceInvoiceIn
from services.deals.licences.tables import licence_invoices, licences
from shared.auth.principal import Caller
from shared.auth.sides import vendor_only
from shared.db.pool import Record
from shared.db.resource import Row
from shared.db.tx import Tx, require_version
from shared.errors import AlreadyExists, Fault, Invalid
from shared.events.catalog.deals import Amount
from shared.events.catalog.licences import LicenceInvoiced, LicenceUnserved


async def record(tx: Tx, body: LicenceInvoiceIn, *, licence_id: str, version: int | None, caller: Caller) -> Row:
    """Record a recurring invoice; the same one again changes nothing.

    Raises Invalid for days that are not served, AlreadyExists when its number says something else now.
    """
    vendor_only(caller)
    row = await tx.lock(licences, licence_id)
    known = await queries.invoice_of_number(tx, licence_id, number=body.number)
    if known is not None:
        _require_same(body, known)
        return row
    LIFECYCLE.require(row["status"], "invoice")
    require_version(row, version)
    _check(body, row)
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
            partner_id=licence["partner_id"],
            sku=licence["sku"],
            product_family=licence["product_family"],
            net=Amount(amount=amount, currency=changed["currency"]),
            happened_on=day,
        )
        # The invoice is the subject, so that nothing is taken back before it was earned.
        tx.emit(event, subject=changed, audience=[licence["partner_id"]])


def _require_same(body: LicenceInvoiceIn, known: Record) -> None:
    said = (body.from_, body.to, body.issued_on, body.amount.amount, body.amount.currency)
    if said != tuple(known[name] for name in ("period_from", "period_to", "issued_on", "amount", "currency")):
        raise AlreadyExists()


def _check(body: LicenceInvoiceIn, row: Row) -> None:
    faults: list[Fault] = []
    if not row["starts_on"] <= body.from_ < body.to <= (row["cancelled_on"] or row["ends_on"]):
        faults.append(Fault("/from", "out_of_range", "An invoice is for days on which the licence is served."))
    if body.amount.currency != row["currency"]:
        faults.append(Fault("/amount/currency", "currency_mismatch", "The licence is in another currency."))
    if faults:
        raise Invalid(errors=faults)
