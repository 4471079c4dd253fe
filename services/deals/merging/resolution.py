"""Saying who is who in a case: one customer is merged, two are kept apart."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import ARRAY, Text, any_, bindparam, select

from services.deals.merging.commands import merge, pin_apart, split
from services.deals.registrations.tables import deals
from shared.auth.principal import Caller
from shared.db.resource import Row
from shared.db.statements import TENANT, Statement
from shared.db.tx import Tx

_CUSTOMERS: Final = Statement(
    select(deals.c.id, deals.c.customer_id).where(
        deals.c.tenant_id == TENANT, deals.c.id == any_(bindparam("deal_ids", type_=ARRAY(Text(collation="C"))))
    )
)


async def say_who_is_who(tx: Tx, case: Row, identity: str, *, caller: Caller) -> None:
    """Make it so for the customers in a case; raises CustomersApart where two are said to be one and were told apart before."""
    for rival in dict.fromkeys(finding["deal_id"] for finding in case["findings"] if finding["deal_id"] is not None):
        await _say(tx, identity, deal_id=case["deal_id"], rival_id=rival, caller=caller)


async def _say(tx: Tx, identity: str, *, deal_id: str, rival_id: str, caller: Caller) -> None:
    """Make it so for the customers that two deals have now: an earlier rival may have changed that."""
    own, other = await _customers_of(tx, (deal_id, rival_id))
    if own is None or other is None:
        return
    if identity == "same" and own != other:
        await merge(tx, customer_id=other, absorbed_id=own, version=None, caller=caller)
    elif identity == "different" and own == other:
        await split(tx, customer_id=own, deal_ids=[deal_id], into=None, version=None, caller=caller)
    elif identity == "different":
        await pin_apart(tx, customer_id=own, other_id=other, version=None, caller=caller)


async def _customers_of(tx: Tx, deal_ids: Sequence[str]) -> list[str | None]:
    found = {row["id"]: row["customer_id"] for row in await tx.all(_CUSTOMERS, deal_ids=list(deal_ids))}
    return [found.get(deal_id) for deal_id in deal_ids]
