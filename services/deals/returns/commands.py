"""Recording returns."""

from services.deals.registrations.tables import deals
from services.deals.returns.rules import Sale, faults_of_return
from services.deals.returns.schemas import ReturnIn
from services.deals.returns.tables import returns
from shared.auth.principal import Caller
from shared.auth.sides import vendor_only
from shared.db.resource import Row
from shared.db.tx import Tx
from shared.errors import Invalid, InvalidTransition
from shared.events.catalog.deals import Amount, DealReturned
from shared.values.days import latest_day


async def record(tx: Tx, body: ReturnIn, *, caller: Caller) -> Row:
    """Record that a customer gave back all or part of a won deal; what was earned on it is taken back from this event.

    Raises InvalidTransition for a deal that is not won, Invalid when more is given back than was sold.
    """
    vendor_only(caller)
    deal = await tx.lock(deals, body.deal_id)
    if deal["status"] != "won":
        raise InvalidTransition("Only a won deal can be returned.")
    sale = Sale(deal["net_amount"], deal["returned_amount"], deal["net_currency"], deal["closed_on"])
    amount = body.amount
    faults = faults_of_return(
        sale,
        amount=amount.amount,
        currency=amount.currency,
        returned_on=body.returned_on,
        today=latest_day(tx.now),
    )
    if faults:
        raise Invalid(errors=faults)
    row = await tx.insert(
        returns,
        id=body.id or tx.new_id("ret"),
        deal_id=deal["id"],
        partner_id=deal["partner_id"],
        amount=amount.amount,
        currency=amount.currency,
        returned_on=body.returned_on,
        reason=body.reason,
    )
    changed = await tx.update(deals, deal, returned_amount=sale.returned + amount.amount)
    event = DealReturned(
        deal_id=deal["id"],
        return_id=row["id"],
        partner_id=deal["partner_id"],
        product_family=deal["product_family"],
        net=Amount(amount=amount.amount, currency=amount.currency),
        returned_on=body.returned_on,
    )
    # The deal is the subject, so that a return is never handled before the sale it takes back.
    tx.emit(event, subject=changed, audience=[deal["partner_id"]])
    return row
