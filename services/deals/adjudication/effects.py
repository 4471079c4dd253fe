"""What a resolution does to protections: whose holds, how far, and with whom.

Runs as the engine, under the locks of the customers concerned. A registration that loses something by the resolution of
another's case gets a case of its own, resolved already, so that its partner knows and can appeal.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import asyncpg
from sqlalchemy import ARRAY, Text, any_, bindparam, select

from services.deals.adjudication.rules import NothingLeftToSplit, ranges_of, without
from services.deals.conflict_policies.rules import BUILT_IN, terms_of
from services.deals.customers.commands import hold
from services.deals.customers.tables import customers
from services.deals.merging.moving import restore
from services.deals.protection.queries import claim_of
from services.deals.protection.rules import CustomerAlreadyProtected
from services.deals.protection.tables import protection_claims
from services.deals.registrations.presence import whereabouts
from services.deals.registrations.register import entry_of
from services.deals.registrations.rules import Facts
from services.deals.registrations.tables import deals
from services.deals.screening.commands import open_case
from services.deals.screening.queries import stands_against
from services.deals.screening.rules import Asked, compare, verdict_over
from shared.db.pool import Record
from shared.db.statements import TENANT, Statement
from shared.db.tx import Tx

_CLAIMS: Final = Statement(
    select(protection_claims)
    .where(
        protection_claims.c.tenant_id == TENANT,
        protection_claims.c.deal_id == any_(bindparam("deal_ids", type_=ARRAY(Text(collation="C")))),
    )
    .order_by(protection_claims.c.priority_no, protection_claims.c.id)
)


async def take_effect(tx: Tx, case: Record) -> None:
    """Make the protections of a case what its resolution says; raises NothingLeftToSplit, CustomerAlreadyProtected."""
    own, rivals = await _claims(tx, case)
    if own is None:
        return
    if stands_against(case):
        await _give_up(tx, own)
    elif case["resolution"] == "split_scope":
        await _split(tx, case, own, rivals)
    elif case["resolution"] == "dual":
        await tx.update(protection_claims, own, exclusive=False)
    elif case["resolution"] == "customer_choice":
        for rival in _holding(rivals):
            await _loses(tx, case, await tx.update(protection_claims, rival, exclusive=False))
        await restore(tx, [case["deal_id"]])
    else:
        await restore(tx, [case["deal_id"]])


async def ask_again(tx: Tx, case: Record) -> None:
    """Put a registration that lost its case on the register again while its appeal is decided."""
    own = await claim_of(tx, case["deal_id"])
    if own is not None and own["status"] == "released" and own["granted_until"] is None:
        await tx.update(protection_claims, own, status="pending")


async def _claims(tx: Tx, case: Record) -> tuple[Record | None, list[Record]]:
    """Return the claim of the case's own deal and those of the others in it, their customers' locks held."""
    own, rivals = await claim_of(tx, case["deal_id"]), await tx.all(_CLAIMS, deal_ids=_rivals(case["findings"]))
    for customer_id in sorted({each["customer_id"] for each in (*rivals, *filter(None, [own]))}):
        await hold(tx, customer_id)
    # What they were before their locks were held may have changed, and they may have gone.
    present = (await whereabouts(tx, [case])).present(case)
    return await claim_of(tx, case["deal_id"]), await tx.all(_CLAIMS, deal_ids=_rivals(present))


def _rivals(findings: Sequence[Mapping[str, Any]]) -> list[str]:
    return [each["deal_id"] for each in findings if each["deal_id"] and each["source"] == "registration"]


async def _give_up(tx: Tx, own: Record) -> None:
    """Take a registration that protects nothing yet off the register; what protects already only gives way."""
    if own["status"] == "pending":
        await tx.update(protection_claims, own, status="released")
    elif own["exclusive"]:
        await tx.update(protection_claims, own, exclusive=False)


async def _split(tx: Tx, case: Record, own: Record, rivals: Sequence[Record]) -> None:
    for rival in _holding(rivals):
        left = without([(each.lower, each.upper) for each in rival["territory"]], case["territories"])
        if not left:
            raise NothingLeftToSplit()
        territory = [asyncpg.Range(start, end) for start, end in left]
        await _loses(tx, case, await tx.update(protection_claims, rival, territory=territory))
    territory = [asyncpg.Range(start, end) for start, end in ranges_of(case["territories"])]
    try:
        async with tx.savepoint():
            await tx.update(protection_claims, own, territory=territory)
    except asyncpg.ExclusionViolationError:
        raise CustomerAlreadyProtected() from None


def _holding(rivals: Sequence[Record]) -> list[Record]:
    """Those on the register that hold the customer, or ask to."""
    return [each for each in rivals if each["status"] in ("pending", "active") and each["exclusive"]]


async def _loses(tx: Tx, case: Record, claim: Record) -> None:
    """Open the case, resolved already, of a registration that lost something by another's."""
    loser, winner = await tx.fetch(deals, claim["deal_id"]), await tx.fetch(deals, case["deal_id"])
    policy = terms_of(case["policy"]) if case["policy"] else BUILT_IN
    winning = await claim_of(tx, winner["id"])
    assert winning is not None
    entry = entry_of(winning, winner, customer=await tx.fetch(customers, winning["customer_id"]))
    asked = Asked(Facts.of(loser).customer, claim["product_family"], claim["customer_id"])
    screening = verdict_over([compare(asked, entry, policy=policy)], policy=policy)
    # What is decided on an appeal is final for all that are in it.
    told = ("status", "resolution", "identity", "territories", "chosen_deal_id")
    when = ("resolved_by", "resolved_at", "appealable_until", "closed_at")
    resolved: Mapping[str, Any] = {"caused_by": case["id"], **{name: case[name] for name in (*told, *when)}}
    opened = await open_case(
        tx, screening, deal=loser, customer=asked.company, customer_id=claim["customer_id"], resolved=resolved
    )
    if case["appealable_until"] is not None:
        await tx.remind("case_closes", subject=opened["id"], at=case["appealable_until"])
