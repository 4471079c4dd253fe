"""Asking for, granting and ending protection, and keeping how far it goes."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import asyncpg

from services.deals.customers.commands import hold
from services.deals.installed_base.queries import renews_own
from services.deals.protection import queries, rules
from services.deals.protection.exclusivity import is_with_another
from services.deals.protection.pauses import left_by_terms, over, pauses_of, taken_along
from services.deals.protection.rules import CustomerAlreadyProtected, NotProtecting, Pause, Terms
from services.deals.protection.sharing import pass_on
from services.deals.protection.tables import protection_claims, protection_extensions
from services.deals.screening.territories import territory_of
from shared.db.pool import Record
from shared.db.resource import Row
from shared.db.tx import Tx
from shared.errors import NotFound

TIMER = "protection_expires"


async def ask(tx: Tx, *, deal: Row, customer_id: str, family_ordinal: int, priority_no: int) -> Record:
    """Put a deal's claim on the register as pending: others are screened against it, but it protects nothing yet.

    One that has protected something else lets that go, and keeps in mind what was left of its time.
    """
    scope = {
        "customer_id": customer_id,
        "product_family": deal["product_family"],
        "territory": territory_of(deal["territories"]),
        "asked_territories": deal["territories"],
        "shares": None,
        "family": [asyncpg.Range(family_ordinal, family_ordinal + 1)],
        "period": asyncpg.Range(tx.now, None),
        "granted_until": None,
        "protected_until": None,
        "lapses_at": None,
        "exclusive": True,
        "status": "pending",
        "priority_no": priority_no,
    }
    claim = await held_claim_if_any(tx, deal["id"])
    if claim is not None:
        return await tx.update(protection_claims, claim, **scope, **await _carried(tx, claim))
    return await tx.insert(
        protection_claims,
        id=tx.new_id("clm"),
        deal_id=deal["id"],
        partner_id=deal["partner_id"],
        pauses=[],
        extensions_used=0,
        **scope,
    )


async def grant_to(tx: Tx, *, deal_id: str, days: int, terms: Terms) -> Record:
    """Protect a deal from now on for so many days; raises CustomerAlreadyProtected when a rival holds the window."""
    return await grant(tx, await held_claim(tx, deal_id), days=days, terms=terms)


async def grant(tx: Tx, claim: Record, *, days: int, terms: Terms, beside_own: bool = False) -> Record:
    """Make a claim, whose customer's lock is held, protect from now on; raises CustomerAlreadyProtected.

    Where nobody has the customer but its own partner, `beside_own` lets it stand beside that protection, not exclusive.
    Where the deal was protected for something else before, its time is what `granted_time` makes of it. The exclusion constraint decides; the customer's lock only makes rivals wait instead of deadlocking.
    """
    lasts, used = rules.granted_time(
        days=days,
        left=None if claim["seconds_left"] is None else timedelta(seconds=claim["seconds_left"]),
        used=claim["extensions_used"],
        most=terms.extensions,
    )
    again = {"terms": terms.to_json(), "extensions_used": used, "seconds_left": None}
    return await _activate(tx, claim, lasts=lasts, beside_own=beside_own, **again)


async def protect_again(tx: Tx, claim: Record, *, lasts: timedelta) -> Record:
    """Make a claim that has ended, whose customer's lock is held, protect for some time; raises CustomerAlreadyProtected."""
    return await _activate(tx, claim, lasts=lasts)


async def hand_over(tx: Tx, claim: Record, *, deal_id: str, partner_id: str) -> Record:
    """Move a held claim to another partner's deal for what is left of its time, without a gap; returns the new claim.

    While the vendor owes something, its clock goes on standing still.
    """
    left = await queries.time_left(tx, claim)
    scope = ("customer_id", "product_family", "family", "territory", "asked_territories", "shares")
    kept = (*scope, "exclusive", "priority_no", "terms")
    await supersede_extension(tx, claim["deal_id"])
    await tx.forget(TIMER, subject=claim["deal_id"])
    await tx.update(
        protection_claims,
        claim,
        status="transferred",
        period=asyncpg.Range(claim["period"].lower, tx.now),
        protected_until=tx.now,
        lapses_at=None,
        tail_until=tx.now,
        pauses=over(claim["pauses"], at=tx.now),
    )
    taken = await tx.insert(
        protection_claims,
        id=tx.new_id("clm"),
        deal_id=deal_id,
        partner_id=partner_id,
        status="pending",
        period=asyncpg.Range(tx.now, None),
        pauses=[],
        extensions_used=claim["extensions_used"],
        **{name: claim[name] for name in kept},
    )
    await pass_on(tx, claim, to=deal_id)
    return await _activate(tx, taken, lasts=left, pauses=taken_along(claim["pauses"], at=tx.now))


async def end(tx: Tx, *, deal_id: str, status: str = "released") -> None:
    """Take a deal's claim off the register, as released or expired; what the vendor owed for it, it owes no more."""
    claim = await held_claim_if_any(tx, deal_id)
    if claim is not None and claim["status"] in ("pending", "active"):
        await tx.update(protection_claims, claim, status=status, pauses=over(claim["pauses"], at=tx.now))
        if claim["status"] == "active":
            await supersede_extension(tx, deal_id)


async def keep_alive(tx: Tx, deal: Row) -> dict[str, Any]:
    """Count something done for a deal as activity and return what that changes of the deal; a protection that ended stays so."""
    if deal["status"] != "approved":
        return {}
    claim = await held_claim(tx, deal["id"])
    if not protects(claim, tx) or claim["active_at"] is None:
        return {}
    return mirrored(await restand(tx, claim, active_at=tx.now, stale_told_at=None))


async def follow_suspensions(tx: Tx, *, partner_id: str) -> list[Record]:
    """Make a partner's protections last as long as its suspensions require and return the claims that changed.

    A customer that somebody else got before the pause was known stays with them.
    """
    changed: list[Record] = []
    for claim in await queries.active_claims_of(tx, partner_id):
        pauses = await queries.pauses_over(tx, claim)
        if _standing(claim, pauses).ends_at == claim["period"].upper:
            continue
        try:
            changed.append(await restand(tx, claim))
        except CustomerAlreadyProtected:
            continue
    return changed


async def supersede_extension(tx: Tx, deal_id: str) -> None:
    """Close a request for more time that the deal's end has left without an object."""
    asked = await queries.asked_extension(tx, deal_id)
    if asked is not None:
        await tx.update(protection_extensions, asked, status="superseded", decided_at=tx.now)


async def held_claim(tx: Tx, deal_id: str) -> Record:
    """Return the claim of a deal and hold its customer's lock; raises NotFound where it has none."""
    claim = await held_claim_if_any(tx, deal_id)
    if claim is None:
        raise NotFound()
    return claim


async def held_claim_if_any(tx: Tx, deal_id: str) -> Record | None:
    """Return the claim of a deal, if it has one, and hold its customer's lock, without which others may be changing it."""
    held: str | None = None
    while True:
        claim = await queries.claim_of(tx, deal_id)
        if claim is None or claim["customer_id"] == held:
            return claim
        # It may have gone to another customer while its lock was waited for.
        held = claim["customer_id"]
        await hold(tx, held)


async def restand(tx: Tx, claim: Record, **changes: Any) -> Record:
    """Change what a protecting claim depends on, and with it how far it goes and when it is looked at again.

    Raises CustomerAlreadyProtected when a rival has the customer in the time it would go on.
    """
    facts = {**claim, **changes}
    pauses = await queries.pauses_over(tx, facts)
    return await _store(tx, claim, changes, facts=facts, pauses=pauses)


def protects(claim: Row, tx: Tx) -> bool:
    """Tell whether a claim protects at this moment, whether or not its end has been noticed."""
    upper = claim["period"].upper
    return bool(claim["status"] == "active" and (upper is None or upper > tx.now))


def require_protecting(claim: Row, tx: Tx) -> None:
    """Raise NotProtecting unless a claim protects at this moment."""
    if not protects(claim, tx):
        raise NotProtecting()


def mirrored(claim: Row) -> dict[str, Any]:
    """Return what a deal keeps of its claim: its time, and what its terms leave it."""
    return {name: claim[name] for name in ("protected_until", "lapses_at")} | left_by_terms(claim)


async def _activate(tx: Tx, claim: Record, *, lasts: timedelta, beside_own: bool = False, **changes: Any) -> Record:
    until = tx.now + lasts
    changes |= {"status": "active", "granted_until": until, "active_at": tx.now, "stale_told_at": None}
    changes.setdefault("pauses", [])
    changes["told_days"] = rules.told_from_the_start(granted_from=tx.now, granted_until=until)
    facts, pauses = {**claim, **changes, "period": asyncpg.Range(tx.now, None)}, pauses_of(changes["pauses"])
    try:
        return await _store(tx, claim, changes, facts=facts, pauses=pauses)
    except CustomerAlreadyProtected:
        own = await queries.own_won_claims(tx, claim)
        beside = await renews_own(tx, claim) or (beside_own and not await is_with_another(tx, claim))
        if not own and not beside:
            raise
    # The partner comes back to a customer it has sold to: the sale's own protection is not in its way.
    for won in own:
        await tx.update(protection_claims, won, exclusive=False)
    try:
        return await _store(tx, claim, changes, facts=facts, pauses=pauses)
    except CustomerAlreadyProtected:
        if not beside:
            raise
    # Whoever got the customer meanwhile keeps it; what the customer has already, its partner of record renews beside that.
    return await _store(tx, claim, {**changes, "exclusive": False}, facts=facts, pauses=pauses)


async def _store(tx: Tx, claim: Record, changes: Row, *, facts: Row, pauses: Sequence[Pause]) -> Record:
    now, terms = _standing(facts, pauses), Terms.of(facts["terms"])
    ends_at = now.ends_at
    try:
        async with tx.savepoint():
            stored = await tx.update(
                protection_claims,
                claim,
                **changes,
                period=asyncpg.Range(facts["period"].lower, ends_at),
                protected_until=now.protected_until,
                lapses_at=now.lapses_at,
                tail_until=ends_at + timedelta(days=terms.tail_days) if ends_at is not None else None,
            )
    except asyncpg.ExclusionViolationError:
        # The constraint's own text names the rival's row, so it is not passed on.
        raise CustomerAlreadyProtected() from None
    await look_again(tx, stored, pauses)
    return stored


async def look_again(tx: Tx, claim: Row, pauses: Sequence[Pause]) -> None:
    """Set the timer for the next thing to be told of a claim, or take it away while its clock stands still."""
    stale = None
    if claim["active_at"] is not None and claim["stale_told_at"] is None:
        stale = rules.stale_at(claim["active_at"], pauses, Terms.of(claim["terms"]))
    at = rules.next_look(now=_standing(claim, pauses), stale=stale, told=claim["told_days"], at=tx.now)
    if at is None:
        await tx.forget(TIMER, subject=claim["deal_id"])
    else:
        await tx.remind(TIMER, subject=claim["deal_id"], at=at)


async def _carried(tx: Tx, claim: Record) -> dict[str, Any]:
    """Return what a claim that is put on the register anew takes along of the time that it had."""
    if claim["status"] == "pending":
        return {}
    if not protects(claim, tx):
        return {"seconds_left": None}
    await supersede_extension(tx, claim["deal_id"])
    return {"seconds_left": int((await queries.time_left(tx, claim)).total_seconds())}


def _standing(claim: Row, pauses: Sequence[Pause]) -> rules.Standing:
    return rules.standing(
        granted_from=claim["period"].lower,
        granted_until=claim["granted_until"],
        active_at=claim["active_at"],
        pauses=pauses,
        terms=Terms.of(claim["terms"]),
    )
