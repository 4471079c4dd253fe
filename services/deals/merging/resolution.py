"""Saying who is who in a case: one customer is merged, two are kept apart."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import ARRAY, Text, any_, bindparam, select

from services.deals.merging.commands import merge, pin_apart, split
from services.deals.registrations.queries import deals_of_customer
from services.deals.registrations.tables import deals
from services.deals.tenders.following import hold_tenders
from shared.auth.principal import Caller
from shared.db.resource import Row
from shared.db.statements import TENANT, Statement
from shared.db.tx import Tx

_CUSTOMERS: Final = Statement(
    select(deals.c.id, deals.c.customer_id).where(
        deals.c.tenant_id == TENANT, deals.c.id == any_(bindparam("deal_ids", type_=ARRAY(Text(collation="C"))))
    )
)


async def hold_who_is_who(tx: Tx, case: Row) -> None:
    """Hold what is changed by saying who is who in a case, before its own row: tenders, and deals, of the customers in it."""
    found = await tx.all(_CUSTOMERS, deal_ids=[case["deal_id"], *_rivals(case)])
    customer_ids = sorted({row["customer_id"] for row in found} - {None})
    await hold_tenders(tx, customer_ids)
    await deals_of_customer(tx, *customer_ids)


async def say_who_is_who(tx: Tx, case: Row, identity: str, *, caller: Caller) -> None:
    """Make it so for the customers in a case; raises CustomersApart where two are said to be one and were told apart before."""
    for rival in _rivals(case):
        await _say(tx, identity, deal_id=case["deal_id"], rival_id=rival, caller=caller)


def _rivals(case: Row) -> list[str]:
    return list(dict.fromkeys(each["deal_id"] for each in case["findings"] if each["deal_id"] is not None))


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
