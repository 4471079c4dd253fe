"""`customers` [erase]."""

from services.deals.customers.queries import CUSTOMERS
from services.deals.customers.schemas import CustomerOut
from services.deals.erasure import commands
from shared.db.resource import Row
from shared.web.params import Principal, Tx, Version
from shared.web.router import Router

router = Router("customers")


@router.post("/{id}/erase", permission="customers:approve", returns=CUSTOMERS, out=CustomerOut)
async def erase_customer(id: str, tx: Tx, caller: Principal, version: Version) -> Row:
    """Erase how the customer's people are reached: address, mail and phone, of it and of every deal with it.

    What says which company it is stays, and so does what was decided. It cannot be taken back.
    """
    return await commands.erase(tx, customer_id=id, version=version, caller=caller)
