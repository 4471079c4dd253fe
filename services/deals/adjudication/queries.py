"""Who has had a hand in the registrations of a case."""

from typing import Final

from sqlalchemy import ARRAY, Text, any_, bindparam, select

from services.deals.four_eyes.rules import barred_from, listed
from services.deals.registrations.tables import deals
from shared.db.resource import Row
from shared.db.statements import TENANT, Statement
from shared.db.tx import Tx

_AUTHORS: Final = Statement(
    select(deals.c.created_by, deals.c.authors).where(
        deals.c.tenant_id == TENANT, deals.c.id == any_(bindparam("deal_ids", type_=ARRAY(Text(collation="C"))))
    )
)


async def barred_from_case(tx: Tx, case: Row) -> frozenset[str]:
    """Return the accounts that made, changed or submitted a registration in a case: it is decided for one of them."""
    rivals = [each["deal_id"] for each in case["findings"] if each["source"] == "registration"]
    rows = await tx.all(_AUTHORS, deal_ids=[case["deal_id"], *rivals])
    return frozenset(listed(case["authors"])).union(*map(barred_from, rows))
