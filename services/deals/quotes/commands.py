"""Writing quotes: drafting, issuing, accepting, declining, revising."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from sqlalchemy.dialects.postgresql import insert as upserting

from services.deals.directory.queries import Partner, active_partner, partner_of
from services.deals.quotes.letterhead import vendor_name
from services.deals.quotes.pricing import QuotedLines, quoted
from services.deals.quotes.queries import LIFECYCLE
from services.deals.quotes.rules import NeedsSpecialPrice, QuoteExpired, number_of, products_of, taken_from, valid_until
from services.deals.quotes.schemas import QuoteIn, QuotePatch, TaxIn
from services.deals.quotes.tables import quote_numbers, quote_products, quotes
from services.deals.quotes.versions import EXPIRES, give_up_draft, supersede, told, version_before
from services.deals.quotes.warnings import warn_deal, warn_quote
from services.deals.registrations.tables import deals
from services.deals.special_prices.commands import use
from shared.auth.principal import Caller
from shared.db.pool import Record
from shared.db.statements import TENANT, Statement
from shared.db.tx import Tx, require_version
from shared.errors import Fault, Invalid, NotFound
from shared.events.catalog.quotes import (
    QuoteAccepted,
    QuoteDeclined,
    QuoteExpiredUnanswered,
    QuoteIssued,
)

_PRICED: Final = ("lines", "net_amount", "price_list_id", "end_of_sale_on")
_NEXT_NUMBER: Final = Statement(
    upserting(quote_numbers)
    .values(tenant_id=TENANT, last_no=1)
    .on_conflict_do_update(index_elements=["tenant_id"], set_={"last_no": quote_numbers.c.last_no + 1})
    .returning(quote_numbers.c.last_no)
)


async def draft(tx: Tx, body: QuoteIn, *, caller: Caller) -> Record:
    """Draft a quote at today's prices; they are worked out again when it is issued."""
    partner_id = body.partner_id or caller.partner_id
    if partner_id is None:
        raise Invalid(errors=[Fault("/partner_id", "required", "Name the partner the quote is of.")])
    partner = await partner_of(tx, partner_id)
    deal = await _deal(tx, body.deal_id, partner_id=partner.id)
    if body.customer is None and deal is None:
        raise Invalid(errors=[Fault("/customer", "required", "Say for whom the quote is, or for which deal.")])
    name = body.customer.name if body.customer else deal["customer_name"] if deal else ""
    country = body.customer.country if body.customer else deal["customer_country"] if deal else None
    lines = [each.model_dump() for each in body.lines]
    priced = await quoted(
        tx, partner, lines, currency=body.currency, customer=name, country=country, deal_id=body.deal_id
    )
    quote_id = body.id or tx.new_id("quo")
    row = await tx.insert(
        quotes,
        id=quote_id,
        partner_id=partner.id,
        deal_id=body.deal_id,
        revision=1,
        customer_name=name,
        customer_country=country,
        currency=body.currency,
        tax=_tax(body.tax, currency=body.currency),
        valid_days=body.valid_days,
        terms=body.terms,
        locale=body.locale,
        status="draft",
        created_by=caller.account_id,
        **_columns(priced),
    )
    await _name_products(tx, row, priced.products)
    await warn_deal(tx, row)
    return row


async def change(tx: Tx, body: QuotePatch, *, quote_id: str, version: int | None) -> Record:
    """Change a draft; its lines are priced anew."""
    row = await tx.lock(quotes, quote_id)
    LIFECYCLE.require_editable(row["status"], body.model_fields_set)
    require_version(row, version)
    changes: dict[str, Any] = body.changes()
    if "customer" in changes:
        del changes["customer"]
        changes |= {"customer_name": body.customer.name, "customer_country": body.customer.country}
    if "tax" in changes:
        changes["tax"] = _tax(body.tax, currency=row["currency"])
    if "lines" in changes:
        changes["lines"] = [each.model_dump() for each in body.lines]
    if {"lines", "customer_name"} & changes.keys():
        partner = await partner_of(tx, row["partner_id"])
        priced = await _priced_anew(tx, {**row, **changes}, partner)
        changes |= _columns(priced)
        await _name_products(tx, row, priced.products)
    changed = await tx.update(quotes, row, **changes)
    await warn_deal(tx, changed, before=row)
    return changed


async def issue(tx: Tx, *, quote_id: str, version: int | None) -> Record:
    """Fix a quote at today's prices, with the next number; a version before it that nobody has declined is superseded.

    It is good for its days, and no longer than the special prices in it.

    Raises NeedsSpecialPrice where a line is below the floor.
    """
    before = await version_before(tx, quote_id)
    row = await tx.lock_for(quotes, quote_id, action="issue", lifecycle=LIFECYCLE, version=version)
    partner = await active_partner(tx, row["partner_id"])
    priced = await _priced_anew(tx, row, partner)
    if priced.needs_special_price:
        raise NeedsSpecialPrice()
    await supersede(tx, before, by=quote_id)
    until = valid_until(tx.now, days=row["valid_days"], specials_end=priced.specials_end)
    names = {"partner_name": partner.name, "vendor_name": await vendor_name(tx)}
    # Drawn after everything that takes time: others who draw wait until this is stored.
    number_no = row["number_no"] or await _next_number(tx)
    issued = await tx.update(
        quotes,
        row,
        status="issued",
        issued_at=tx.now,
        valid_until=until,
        number_no=number_no,
        number=number_of(number_no, row["revision"]),
        **names,
        **_columns(priced),
    )
    await _name_products(tx, issued, priced.products)
    await warn_deal(tx, issued, before=row)
    await tx.remind(EXPIRES, subject=quote_id, at=until)
    tx.emit(QuoteIssued(**told(issued), valid_until=until), subject=issued, audience=[issued["partner_id"]])
    return issued


async def accept(tx: Tx, *, quote_id: str, version: int | None) -> Record:
    """Report that the customer has accepted a quote, at the prices it was issued with; its special prices are used.

    A draft of the next version is given up: the customer has what it wanted.

    Raises QuoteExpired, SpecialPriceUsedUp where another was accepted first, or SpecialPriceOver where one was withdrawn.
    """
    row = await tx.lock_for(quotes, quote_id, action="accept", lifecycle=LIFECYCLE, version=version)
    if row["valid_until"] <= tx.now:
        raise QuoteExpired()
    await use(tx, taken_from(row["lines"]))
    accepted = await tx.update(quotes, row, status="accepted", accepted_at=tx.now)
    await tx.forget(EXPIRES, subject=quote_id)
    await give_up_draft(tx, accepted)
    await warn_deal(tx, accepted)
    tx.emit(QuoteAccepted(**told(accepted)), subject=accepted, audience=[accepted["partner_id"]])
    return accepted


async def decline(tx: Tx, *, quote_id: str, reason: str | None, version: int | None) -> Record:
    """Report that the customer does not want what a quote offers."""
    row = await tx.lock_for(quotes, quote_id, action="decline", lifecycle=LIFECYCLE, version=version)
    declined = await tx.update(quotes, row, status="declined", declined_at=tx.now, decline_reason=reason)
    await tx.forget(EXPIRES, subject=quote_id)
    await warn_deal(tx, declined)
    tx.emit(QuoteDeclined(**told(declined)), subject=declined, audience=[declined["partner_id"]])
    return declined


async def revise(tx: Tx, *, quote_id: str, version: int | None, caller: Caller) -> Record:
    """Draft the next version of a quote at today's prices; the one before stays good until this one is issued.

    What has become of its special prices meanwhile is asked when it is changed or issued; where something in it is not sold any
    more, its lines are as they were until they are changed. Raises AlreadyExists when the next version has been begun.
    """
    row = await tx.lock_for(quotes, quote_id, action="revise", lifecycle=LIFECYCLE, version=version)
    partner = await partner_of(tx, row["partner_id"])
    priced: QuotedLines | None
    try:
        priced = await _priced_anew(tx, row, partner, begun=True)
    except Invalid:
        priced = None
    kept = ("partner_id", "deal_id", "number_no", "customer_name", "customer_country", "currency", "tax", "valid_days")
    made = await tx.insert(
        quotes,
        id=tx.new_id("quo"),
        **{name: row[name] for name in (*kept, "terms", "locale")},
        revision=row["revision"] + 1,
        number=number_of(row["number_no"], row["revision"] + 1),
        supersedes_id=quote_id,
        status="draft",
        created_by=caller.account_id,
        **(_columns(priced) if priced else {name: row[name] for name in _PRICED}),
    )
    await _name_products(tx, made, priced.products if priced else products_of(row["lines"]))
    said = made if priced else await warn_quote(tx, made)
    await warn_deal(tx, said)
    return said


async def expire(tx: Tx, quote_id: str, _: Mapping[str, Any]) -> None:
    """Notice that a quote is not good any more. Its time has ended it; this only says so."""
    row = await tx.lock(quotes, quote_id)
    if row["status"] != "issued":
        return
    if row["valid_until"] > tx.now:
        await tx.remind(EXPIRES, subject=quote_id, at=row["valid_until"])
        return
    expired = await tx.update(quotes, row, status="expired")
    await warn_deal(tx, expired)
    tx.emit(QuoteExpiredUnanswered(**told(expired)), subject=expired, audience=[expired["partner_id"]])


async def _next_number(tx: Tx) -> int:
    """Draw the tenant's next number: whoever draws waits for the one before, and one that is rolled back was not given."""
    async with tx.as_engine("quotes of all partners share one series of numbers"):
        return int(await tx.value(_NEXT_NUMBER))


async def _priced_anew(
    tx: Tx, row: Mapping[str, Any] | Record, partner: Partner, *, begun: bool = False
) -> QuotedLines:
    return await quoted(
        tx,
        partner,
        row["lines"],
        currency=row["currency"],
        customer=row["customer_name"],
        country=row["customer_country"],
        deal_id=row["deal_id"],
        begun=begun,
    )


async def _name_products(tx: Tx, row: Record, skus: Iterable[str]) -> None:
    await tx.remove(quote_products, quote_id=row["id"])
    for sku in sorted(skus):
        await tx.add(quote_products, quote_id=row["id"], sku=sku, partner_id=row["partner_id"])


async def _deal(tx: Tx, deal_id: str | None, *, partner_id: str) -> Record | None:
    if deal_id is None:
        return None
    try:
        deal = await tx.fetch(deals, deal_id)
    except NotFound:
        deal = None
    if deal is None or deal["partner_id"] != partner_id:
        raise Invalid(errors=[Fault("/deal_id", "unknown_deal", "The partner has no such deal.")])
    return deal


def _tax(tax: TaxIn | None, *, currency: str) -> dict[str, Any] | None:
    if tax is None:
        return None
    if tax.amount.currency != currency:
        raise Invalid(errors=[Fault("/tax/amount/currency", "currency_mismatch", "The quote is in another currency.")])
    return tax.model_dump()


def _columns(priced: QuotedLines) -> dict[str, Any]:
    return {
        "lines": priced.lines,
        "net_amount": priced.net,
        "price_list_id": priced.price_list_id,
        "end_of_sale_on": priced.end_of_sale_on,
    }
