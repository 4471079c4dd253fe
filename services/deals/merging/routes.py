"""The actions by which the vendor corrects who is who among `customers`."""

from services.deals.customers.commands import CustomerNotIdentified
from services.deals.customers.queries import CUSTOMERS
from services.deals.customers.schemas import CustomerOut, CustomerPatch
from services.deals.merging import commands, correction
from services.deals.merging.correction import KeysOfAnotherCustomer
from services.deals.merging.rules import CustomerGone, CustomersApart
from services.deals.merging.schemas import OtherCustomerIn, SplitIn
from services.deals.tenders.rules import TendersCollide
from shared.db.resource import Row
from shared.web.params import Principal, Tx, Version
from shared.web.router import Router

customers = Router("customers")


@customers.patch(
    permission="customers:write",
    returns=CUSTOMERS,
    out=CustomerOut,
    problems=[CustomerNotIdentified, KeysOfAnotherCustomer],
)
async def change_customer(id: str, body: CustomerPatch, tx: Tx, caller: Principal, version: Version) -> Row:
    """Rename a customer, make it a named account, whose deals a person decides, or put right what tells it from others."""
    return await correction.change(tx, body, customer_id=id, version=version, caller=caller)


@customers.post(
    "/{id}/merge",
    permission="customers:approve",
    returns=CUSTOMERS,
    out=CustomerOut,
    problems=[CustomersApart, TendersCollide, CustomerGone],
)
async def merge_customer(id: str, body: OtherCustomerIn, tx: Tx, caller: Principal, version: Version) -> Row:
    """Merge another customer into this one, with its keys, deals and protections; the earlier priority keeps the customer."""
    return await commands.merge(tx, customer_id=id, absorbed_id=body.customer_id, version=version, caller=caller)


@customers.post("/{id}/split", permission="customers:approve", returns=CUSTOMERS, out=CustomerOut)
async def split_customer(id: str, body: SplitIn, tx: Tx, caller: Principal, version: Version) -> Row:
    """Give registrations of this customer to another one, which is returned; the two are pinned apart."""
    return await commands.split(
        tx, customer_id=id, deal_ids=body.deal_ids, into=body.into, version=version, caller=caller
    )


@customers.post(
    "/{id}/pin-apart", permission="customers:approve", returns=CUSTOMERS, out=CustomerOut, problems=[CustomerGone]
)
async def pin_customers_apart(id: str, body: OtherCustomerIn, tx: Tx, caller: Principal, version: Version) -> Row:
    """Record that this customer and another are two: they are no longer screened against each other."""
    return await commands.pin_apart(tx, customer_id=id, other_id=body.customer_id, version=version, caller=caller)


@customers.post("/{id}/unpin", permission="customers:approve", returns=CUSTOMERS, out=CustomerOut)
async def unpin_customers(id: str, body: OtherCustomerIn, tx: Tx, caller: Principal, version: Version) -> Row:
    """Take a pin away: the two customers are compared again."""
    return await commands.unpin(tx, customer_id=id, other_id=body.customer_id, version=version, caller=caller)
