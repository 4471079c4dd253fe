"""The noun `customers`, for the vendor; a partner sees its customers through its deals."""

from services.deals.customers import commands
from services.deals.customers.queries import CUSTOMERS
from services.deals.customers.schemas import CustomerOut, CustomerPatch
from shared.db.resource import Row
from shared.web.params import Principal, Tx, Version
from shared.web.router import Router

router = Router("customers")
router.lists(CUSTOMERS, CustomerOut, summary="Customers, newest first.")
router.reads(CUSTOMERS, CustomerOut, summary="One customer.")


@router.patch(permission="customers:write", returns=CUSTOMERS, out=CustomerOut)
async def change_customer(id: str, body: CustomerPatch, tx: Tx, caller: Principal, version: Version) -> Row:
    """Rename a customer, or make it a named account, whose deals a person decides."""
    return await commands.change(tx, body, customer_id=id, version=version, caller=caller)
