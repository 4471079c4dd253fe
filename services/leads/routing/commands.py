"""Routing one lead: eligibility, whose turn it is, the offer. The caller holds the lead.

Order of locks, the same everywhere: the lead, then the pool, then the partner (FOR SHARE). A suspension takes the partner
and then the leads it was given, and accepting takes the partner before the lead, so that nobody waits in a circle.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import literal_column
from sqlalchemy.dialects.postgresql import insert

from services.leads.directory.queries import hold_partner, may_hold_leads
from services.leads.leads import holding
from services.leads.leads.tables import UNASSIGNED, leads
from services.leads.offers import commands as offers
from services.leads.routing import queries
from services.leads.routing.policy import RoutingPolicy
from services.leads.routing.rules import Judgement, Outcome, PartnerNotEligible, Refusal, in_turn, standing_refusals
from services.leads.routing.tables import routing_decisions, routing_pools, routing_turns
from services.leads.territories.queries import covering
from shared.db.pool import Record
from shared.db.statements import TENANT, Statement
from shared.db.tx import Tx
from shared.events.catalog.leads import LeadOffered, LeadUnroutable

POOL: Final = "partners"
_next = insert(routing_pools).values(tenant_id=TENANT, pool=POOL, turn=1)
_TAKE_TURN: Final = Statement(
    _next.on_conflict_do_update(
        index_elements=["tenant_id", "pool"], set_={"turn": routing_pools.c.turn + literal_column("1")}
    ).returning(routing_pools.c.turn)
)


async def take_turn(tx: Tx) -> int:
    """Hold the pool until the transaction ends and return the number of this turn; turns are served one by one."""
    return int(await tx.value(_TAKE_TURN))


@dataclass(frozen=True, slots=True)
class _Attempt:
    """One attempt to place a lead; without a policy a person has chosen. `hops` counts the offers before it."""

    lead: Record
    policy: RoutingPolicy | None
    cause: str
    hops: int
    turn: int | None = None
    judged: Sequence[Judgement] = ()


async def route(tx: Tx, lead: Record, *, cause: str) -> Record:
    """Offer the lead to the eligible partner who waited longest, or queue it as unroutable; returns the lead."""
    async with tx.as_engine("routing looks at every partner"):
        policy = await queries.current_policy(tx)
        attempt = _Attempt(lead, policy, cause, hops=0 if cause == "route" else lead["hops"])
        if attempt.hops >= policy.hop_limit:
            return await _give_up(tx, attempt, outcome="hop_limit")
        turn = await take_turn(tx)
        judged = await _judge_all(tx, lead, policy)
        for chosen in in_turn(judged):
            # Its suspension may have been committed since it was judged; what is held now cannot change any more.
            if may_hold_leads(await hold_partner(tx, chosen.candidate.partner_id), on=tx.now.date()):
                expires_at = tx.now + timedelta(hours=policy.accept_within_hours)
                return await _give(tx, replace(attempt, turn=turn, judged=judged), chosen, expires_at=expires_at)
            judged[judged.index(chosen)] = _lost(chosen)
        return await _give_up(tx, replace(attempt, turn=turn, judged=judged), outcome="no_candidate")


async def offer_by_hand(tx: Tx, lead: Record, *, partner_id: str, accept_within_hours: int | None) -> Record:
    """Offer the lead to the partner a person has named; raises PartnerNotEligible.

    It sets the policy's condition aside, but neither capacity nor an earlier refusal. It counts as the partner's turn.
    """
    async with tx.as_engine("the partner's load and earlier offers are looked at"):
        policy = await queries.current_policy(tx)
        turn = await take_turn(tx)
        await hold_partner(tx, partner_id)
        row = await queries.partner(tx, pool=POOL, lead_id=lead["id"], partner_id=partner_id)
        chosen = Judgement(candidate=queries.candidate_of(row, on=tx.now.date()), refusals=(), facts={})
        refusals = standing_refusals(chosen.candidate)
        if refusals:
            raise PartnerNotEligible(reasons=[asdict(each) for each in refusals])
        attempt = _Attempt(lead, None, "manual", hops=lead["hops"], turn=turn, judged=[chosen])
        expires_at = tx.now + timedelta(hours=accept_within_hours or policy.accept_within_hours)
        return await _give(tx, attempt, chosen, expires_at=expires_at)


async def _judge_all(tx: Tx, lead: Record, policy: RoutingPolicy) -> list[Judgement]:
    here = await covering(tx, lead["country"])
    rows = await queries.partners(tx, pool=POOL, lead_id=lead["id"])
    return [_judge(row, lead, policy, covering_codes=here, on=tx.now.date()) for row in rows]


def _judge(row: Record, lead: Record, policy: RoutingPolicy, *, covering_codes: frozenset[str], on: date) -> Judgement:
    candidate = queries.candidate_of(row, on=on)
    refusals = standing_refusals(candidate)
    verdict = policy.eligibility.evaluate(_facts(row, lead, covering_codes))
    if not verdict.holds:
        refusals.append(Refusal("policy", verdict.error or "The policy's condition is false."))
    facts = {} if verdict.holds else verdict.to_json()["inputs"]
    assert isinstance(facts, dict)
    return Judgement(candidate=candidate, refusals=tuple(refusals), facts=facts)


def _facts(row: Record, lead: Record, covering_codes: frozenset[str]) -> dict[str, object]:
    territories, families = row["territories"], row["product_families"]
    return {
        "lead.country": lead["country"],
        "lead.product_family": lead["product_family"],
        "lead.source": lead["source"],
        "lead.amount": lead["amount"],
        "lead.currency": lead["currency"],
        "partner.status": row["status"],
        "partner.country": row["country"],
        "partner.tier": row["tier"],
        "partner.types": row["partner_types"],
        "partner.territories": territories,
        # A territory is named by its code, or is a country itself.
        "partner.covers_country": not territories
        or lead["country"] in territories
        or not covering_codes.isdisjoint(territories),
        "partner.product_families": families,
        "partner.sells_family": not families or lead["product_family"] in families,
        "partner.open_leads": row["open_leads"],
        "partner.capacity": row["lead_capacity"],
    }


def _lost(judged: Judgement) -> Judgement:
    suspended = Refusal("not_active", "The partnership ended or was suspended while the lead was being routed.")
    return Judgement(candidate=judged.candidate, refusals=(suspended,), facts={})


async def _give(tx: Tx, attempt: _Attempt, chosen: Judgement, *, expires_at: datetime) -> Record:
    lead, partner_id = attempt.lead, chosen.candidate.partner_id
    hops = attempt.hops + (1 if attempt.policy else 0)
    offer = await offers.make(
        tx,
        lead_id=lead["id"],
        partner_id=partner_id,
        expires_at=expires_at,
        hop=hops,
        policy_version=attempt.policy.version if attempt.policy else None,
        candidate=_document(chosen),
    )
    await tx.put(routing_turns, pool=POOL, partner_id=partner_id, turn=attempt.turn)
    await _record(tx, attempt, hop=hops, outcome="offered", offer=offer)
    given = await tx.update(
        leads,
        lead,
        status="offered",
        reason=None,
        partner_id=partner_id,
        offer_id=offer["id"],
        offer_status="offered",
        offer_expires_at=expires_at,
        hops=hops,
    )
    event = LeadOffered(lead_id=lead["id"], partner_id=partner_id, expires_at=expires_at)
    tx.emit(event, subject=given, audience=[partner_id])
    holding.told(tx, given)
    return given


async def _give_up(tx: Tx, attempt: _Attempt, *, outcome: Outcome) -> Record:
    await _record(tx, attempt, hop=attempt.hops, outcome=outcome, offer=None)
    row = await tx.update(leads, attempt.lead, status="unroutable", reason=outcome, hops=attempt.hops, **UNASSIGNED)
    tx.emit(LeadUnroutable(lead_id=row["id"]), subject=row)
    return row


async def _record(tx: Tx, attempt: _Attempt, *, hop: int, outcome: Outcome, offer: Record | None) -> None:
    policy = attempt.policy
    await tx.add(
        routing_decisions,
        id=tx.new_id("rdec"),
        lead_id=attempt.lead["id"],
        decided_at=tx.now,
        cause=attempt.cause,
        policy_version=policy.version if policy else None,
        strategy=policy.strategy if policy else "manual",
        hop=hop,
        turn=attempt.turn,
        outcome=outcome,
        partner_id=offer["partner_id"] if offer else None,
        offer_id=offer["id"] if offer else None,
        candidates=[_document(each) for each in attempt.judged],
    )


def _document(judged: Judgement) -> dict[str, Any]:
    return {
        "partner_id": judged.candidate.partner_id,
        "eligible": judged.eligible,
        "last_turn": judged.candidate.last_turn,
        "reasons": [asdict(each) for each in judged.refusals],
        "facts": dict(judged.facts),
    }
