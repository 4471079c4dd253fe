"""The noun `customers`, for the vendor; a partner sees its customers through its deals."""

from services.deals.customers import commands
from services.deals.customers.commands import CustomerNotIdentified
from services.deals.customers.queries import CUSTOMERS
from services.deals.customers.schemas import CustomerOut, NewCustomerIn
from shared.db.afterwards import Afterwards
from shared.db.resource import Row
from shared.errors import AlreadyExists
from shared.web.params import Tx
from shared.web.router import Router

router = Router("customers")
router.lists(CUSTOMERS, CustomerOut, summary="Customers, newest first.")
router.reads(CUSTOMERS, CustomerOut, summary="One customer.")


@router.post(
    permission="customers:write",
    returns=CUSTOMERS,
    out=CustomerOut,
    status=201,
    also={200: "The customer that has these keys already, with what was missing of it."},
    problems=[AlreadyExists, CustomerNotIdentified],
)
async def create_customer(body: NewCustomerIn, tx: Tx) -> Row:
    """Take a customer in; one that is known by its tax number, domain or name is answered with, and completed."""
    row, is_new = await commands.take_in(tx, body)
    if not is_new:
        tx.afterwards = Afterwards(200)
    return row
