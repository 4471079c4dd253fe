"""Tenders go with their customer when it is merged, and with its registrations when it is split.

Their rows are held before those of deals and before customers' locks, as an award takes them.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Final

from sqlalchemy import ARRAY, Text, any_, bindparam, select

from services.deals.customers.origins import brought_by
from services.deals.tenders.queries import deals_in
from services.deals.tenders.rules import TendersCollide, leaves, was_taken_in
from services.deals.tenders.tables import tenders
from shared.db.pool import Record
from shared.db.statements import TENANT, Statement
from shared.db.tx import Tx

_OF_CUSTOMERS: Final = Statement(
    select(tenders)
    .where(
        tenders.c.tenant_id == TENANT,
        tenders.c.customer_id == any_(bindparam("customer_ids", type_=ARRAY(Text(collation="C")))),
    )
    .order_by(tenders.c.id)
    .with_for_update(key_share=True)
)
_UNDECIDED: Final = ("open", "closed")


async def hold_tenders(tx: Tx, customer_ids: Sequence[str]) -> list[Record]:
    """Return the tenders of customers, their rows held, in one order whoever asks."""
    return await tx.all(_OF_CUSTOMERS, customer_ids=list(customer_ids))


async def merge_tenders(tx: Tx, *, merged_id: str, into: str) -> None:
    """Give the tenders of a customer that is merged to the one that is left; raises TendersCollide."""
    found = await hold_tenders(tx, (merged_id, into))
    moving = [each for each in found if each["customer_id"] == merged_id]
    staying = {each["product_family"] for each in found if each["customer_id"] == into and is_undecided(each)}
    if any(is_undecided(each) and each["product_family"] in staying for each in moving):
        raise TendersCollide()
    for each in moving:
        await tx.update(tenders, each, customer_id=into, came_through=[*(each["came_through"] or []), merged_id])


async def split_tenders(
    tx: Tx, *, source_id: str, other_id: str, leaving: Collection[str], here: Mapping[str, Record]
) -> None:
    """Give the tenders to the other customer that belong to the registrations that leave for it; `here` are all there were, by id."""
    taken_in = [deal_id for deal_id, deal in here.items() if was_taken_in(deal["decision_trace"] or ())]
    for each in await hold_tenders(tx, (source_id,)):
        came_through = each["came_through"] or []
        goes = leaves(
            entered=await deals_in(tx, each["id"]),
            taken_in=taken_in,
            awarded=each["awarded_deal_id"],
            came_through=came_through,
            leaving=leaving,
            here=here,
            other=other_id,
        )
        if goes:
            before = brought_by(came_through, other_id) or []
            await tx.update(tenders, each, customer_id=other_id, came_through=before)


def is_undecided(tender: Record) -> bool:
    """Tell whether a tender waits for its award."""
    return tender["status"] in _UNDECIDED
