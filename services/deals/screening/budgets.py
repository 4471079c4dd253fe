"""How often a partner asks in a day whom it would meet: by checks, and by registrations that it does not keep once it knows.

It does not keep what it withdraws, turns to another customer or product, or gives up soon after it was submitted, nor what the
policy rejects.
"""

from typing import Final

from sqlalchemy import Date, Integer, bindparam
from sqlalchemy.dialects.postgresql import insert

from services.deals.screening.days import next_day
from services.deals.screening.tables import conflict_check_budgets
from shared.auth.sides import is_vendor_side
from shared.db.resource import Row
from shared.db.statements import TENANT, Statement
from shared.db.tx import Tx

_B = conflict_check_budgets.c
_WITHDRAWN: Final = bindparam("withdrawn", type_=Integer)
_SPEND: Final = Statement(
    insert(conflict_check_budgets)
    .values(
        tenant_id=TENANT,
        partner_id=bindparam("partner"),
        day=bindparam("today", type_=Date),
        used=1,
        withdrawn=_WITHDRAWN,
    )
    .on_conflict_do_update(
        index_elements=["tenant_id", "partner_id", "day"],
        set_={"used": _B.used + 1, "withdrawn": _B.withdrawn + _WITHDRAWN},
    )
    .returning(_B.used)
)


async def spend_on(tx: Tx, deal: Row) -> None:
    """Count a registration that its partner does not keep as a check of today; the vendor may do with it what it likes.

    After the lock of its customer: other registrations of the partner wait for the count.
    """
    if not is_vendor_side(tx.caller):
        await spend(tx, deal["partner_id"], withdrawn=True)


async def spend(tx: Tx, partner_id: str, *, withdrawn: bool = False) -> int:
    """Count a check of today, or a registration that is `withdrawn` as one, and return how many there have been."""
    day, _ = next_day(tx.now)
    return int(await tx.value(_SPEND, partner=partner_id, today=day, withdrawn=int(withdrawn)))
