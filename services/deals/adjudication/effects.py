"""What a resolution does to protections: whose holds, how far, and with whom.

Runs as the engine, under the locks of the customers concerned. A registration that loses something by the resolution of
another's case gets a case of its own, resolved already, so that its partner knows and can appeal.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from services.deals.adjudication.rules import NothingLeftToSplit
from services.deals.conflict_policies.queries import policy_in_force
from services.deals.conflict_policies.rules import BUILT_IN, terms_of
from services.deals.customers.commands import hold
from services.deals.customers.tables import customers
from services.deals.directory.queries import tier_of
from services.deals.merging.moving import restore
from services.deals.protection.ground import held, share, shared_with_others
from services.deals.protection.queries import claim_of
from services.deals.protection.rules import CustomerAlreadyProtected
from services.deals.protection.sharing import claims_of, share_out
from services.deals.protection.tables import protection_claims
from services.deals.registrations.encounters import met
from services.deals.registrations.presence import whereabouts
from services.deals.registrations.register import entry_of
from services.deals.registrations.rules import Facts
from services.deals.registrations.tables import deals
from services.deals.screening.comebacks import met_since
from services.deals.screening.commands import open_case
from services.deals.screening.queries import stands_against
from services.deals.screening.rules import Asked, compare, verdict_over
from shared.db.pool import Record
from shared.db.resource import Row
from shared.db.tx import Tx


async def take_effect(tx: Tx, case: Record) -> None:
    """Make the protections of a case what its resolution says; raises NothingLeftToSplit, CustomerAlreadyProtected.

    What an earlier resolution has told apart between them is one again first.
    """
    own, rivals, sharing = await _claims(tx, case)
    if own is None:
        return
    losing = _holding(rivals) if case["resolution"] in ("split_scope", "customer_choice") else []
    if stands_against(case):
        losing, own = [], await _give_up(tx, own)
    elif case["resolution"] == "dual":
        own = await tx.update(protection_claims, own, exclusive=False)
    elif case["resolution"] == "customer_choice":
        gave_way = [await tx.update(protection_claims, rival, exclusive=False) for rival in losing]
        sharing |= {each["deal_id"]: each for each in gave_way if each["deal_id"] in sharing}
    countries = case["territories"] if case["resolution"] == "split_scope" else None
    await _share(tx, own, sharing, losing, countries=countries)
    for rival in losing:
        await _loses(tx, case, rival)
    if not stands_against(case) and case["resolution"] in ("customer_choice", "rejected_match"):
        await restore(tx, [case["deal_id"]])


async def ask_again(tx: Tx, case: Record, *, deal: Row) -> dict[str, Any]:
    """Put a registration that lost its case on the register again while its appeal is decided; returns what the case says then.

    Whoever it meets has come while it was off the register, and did not meet it.
    """
    own = await claim_of(tx, case["deal_id"])
    if own is None or own["status"] != "released" or own["granted_until"] is not None:
        return {}
    await hold(tx, own["customer_id"])
    asked = await tx.update(protection_claims, own, status="pending")
    policy = await policy_in_force(tx, tier=await tier_of(tx, case["partner_id"]))
    return met_since(case["findings"], await met(tx, deal, asked, company=Facts.of(deal).customer, policy=policy))


async def _claims(tx: Tx, case: Record) -> tuple[Record | None, list[Record], dict[str, Record]]:
    """Return the claim of the case's own deal, those of the others in it, and of whom it shares with, their customers' locks held."""
    own, found = await claim_of(tx, case["deal_id"]), _rivals(case["findings"])
    before = [*await claims_of(tx, found), *filter(None, [own])]
    for customer_id in sorted({each["customer_id"] for each in before}):
        await hold(tx, customer_id)
    # What they were before their locks were held may have changed, and they may have gone.
    present = (await whereabouts(tx, [case])).present(case)
    own, now = await claim_of(tx, case["deal_id"]), {each["deal_id"]: each for each in await claims_of(tx, found)}
    shared = {each["deal_id"] for each in (own["shares"] or () if own else ())}
    sharing = {deal_id: claim for deal_id, claim in now.items() if deal_id in shared}
    return own, [now[deal_id] for deal_id in _rivals(present) if deal_id in now], sharing


def _rivals(findings: Sequence[Mapping[str, Any]]) -> list[str]:
    return [each["deal_id"] for each in findings if each["deal_id"] and each["source"] == "registration"]


async def _give_up(tx: Tx, own: Record) -> Record:
    """Take a registration that protects nothing yet off the register; what protects already only gives way."""
    if own["status"] == "pending":
        return await tx.update(protection_claims, own, status="released")
    return await tx.update(protection_claims, own, exclusive=False) if own["exclusive"] else own


async def _share(
    tx: Tx, own: Record, sharing: Mapping[str, Record], losing: Sequence[Record], *, countries: Sequence[str] | None
) -> None:
    """Let a claim share no more with those that it did, but with those that lose these countries to it, where any are named."""
    giving = {each["deal_id"]: each for each in losing} if countries else {}
    others = {**sharing, **giving}
    mine = shared_with_others(own, others)
    theirs = {deal_id: shared_with_others(claim, [own["deal_id"]]) for deal_id, claim in others.items()}
    for deal_id, claim in giving.items():
        mine.append(share(deal_id, countries or (), inside=True))
        theirs[deal_id].append(share(own["deal_id"], countries or (), inside=False))
        if not held(claim["asked_territories"], theirs[deal_id]):
            raise NothingLeftToSplit()
    if not others:
        return
    wanted = [*((claim, theirs[deal_id]) for deal_id, claim in others.items()), (own, mine)]
    stayed = await share_out(tx, wanted)
    if giving and own["deal_id"] in stayed:
        raise CustomerAlreadyProtected()


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
