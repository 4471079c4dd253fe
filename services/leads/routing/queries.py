"""What routing has to know: the policy in force, the partners with their turns and loads, and past decisions."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import and_, bindparam, func, literal, select

from services.leads.directory.queries import may_hold_leads
from services.leads.directory.tables import partner_directory
from services.leads.offers.tables import offers
from services.leads.routing.policy import RoutingPolicy, policy_of
from services.leads.routing.rules import Candidate
from services.leads.routing.schemas import CandidateOut, RoutingDecisionOut, RoutingExplanationOut
from services.leads.routing.tables import routing_decisions, routing_policies, routing_turns
from shared.db.pool import Record
from shared.db.read import Read
from shared.db.statements import TENANT, Statement
from shared.db.tx import Tx

_CURRENT = Statement(
    select(routing_policies).where(routing_policies.c.tenant_id == TENANT, routing_policies.c.status == "published")
)

_load = (
    select(offers.c.partner_id, func.count().label("open_leads"))
    .where(offers.c.tenant_id == TENANT, offers.c.released_at.is_(None))
    .group_by(offers.c.partner_id)
    .subquery("load")
)
_earlier = offers.alias("earlier")
_PARTNERS = (
    select(
        partner_directory,
        func.coalesce(_load.c.open_leads, literal(0)).label("open_leads"),
        func.coalesce(routing_turns.c.turn, literal(0)).label("last_turn"),
        _earlier.c.status.label("earlier_offer"),
    )
    .select_from(partner_directory)
    .outerjoin(_load, _load.c.partner_id == partner_directory.c.partner_id)
    .outerjoin(
        routing_turns,
        and_(
            routing_turns.c.tenant_id == TENANT,
            routing_turns.c.pool == bindparam("pool"),
            routing_turns.c.partner_id == partner_directory.c.partner_id,
        ),
    )
    .outerjoin(
        _earlier,
        and_(
            _earlier.c.tenant_id == TENANT,
            _earlier.c.lead_id == bindparam("lead_id"),
            _earlier.c.partner_id == partner_directory.c.partner_id,
        ),
    )
    .where(partner_directory.c.tenant_id == TENANT)
)
_EVERYBODY = Statement(
    _PARTNERS.where(partner_directory.c.status != "terminated").order_by(partner_directory.c.partner_id)
)
_ONE = Statement(_PARTNERS.where(partner_directory.c.partner_id == bindparam("partner_id")))

_DECISIONS = Statement(
    select(routing_decisions)
    .where(routing_decisions.c.tenant_id == TENANT, routing_decisions.c.lead_id == bindparam("lead_id"))
    .order_by(routing_decisions.c.decided_at, routing_decisions.c.id)
)
_OWN_OFFER = Statement(
    select(offers).where(
        offers.c.tenant_id == TENANT,
        offers.c.lead_id == bindparam("lead_id"),
        offers.c.partner_id == bindparam("partner_id"),
    )
)


async def current_policy(tx: Tx) -> RoutingPolicy:
    """Return the published policy, or the built-in one."""
    return policy_of(await tx.first(_CURRENT))


async def partners(tx: Tx, *, pool: str, lead_id: str) -> list[Record]:
    """Return every partner with its turn, its load and how an earlier offer of this lead ended."""
    return await tx.all(_EVERYBODY, pool=pool, lead_id=lead_id)


async def partner(tx: Tx, *, pool: str, lead_id: str, partner_id: str) -> Record:
    """The same of one partner."""
    return await tx.one(_ONE, pool=pool, lead_id=lead_id, partner_id=partner_id)


def candidate_of(row: Record, *, on: date) -> Candidate:
    """Return a partner as the rules see it on a day."""
    return Candidate(
        partner_id=row["partner_id"],
        working=may_hold_leads(row, on=on),
        accepts_leads=row["accepts_leads"],
        capacity=row["lead_capacity"],
        open_leads=row["open_leads"],
        last_turn=row["last_turn"],
        earlier_offer=row["earlier_offer"],
    )


async def explanation(read: Read, lead_id: str) -> RoutingExplanationOut:
    """Return why a lead is where it is: all of it for the vendor, its own part for a partner that sees the lead."""
    partner_id = read.caller.partner_id
    if partner_id is None:
        rows: Sequence[Any] = await read.all(_DECISIONS, lead_id=lead_id)
        return RoutingExplanationOut(lead_id=lead_id, decisions=[_decision(row) for row in rows])
    own = await read.all(_OWN_OFFER, lead_id=lead_id, partner_id=partner_id)
    return RoutingExplanationOut(lead_id=lead_id, decisions=[_own_part(row) for row in own])


def _decision(row: Record) -> RoutingDecisionOut:
    plain = {name: row[name] for name in RoutingDecisionOut.model_fields if name != "candidates"}
    return RoutingDecisionOut(**plain, candidates=[CandidateOut(**each) for each in row["candidates"]])


def _own_part(offer: Record) -> RoutingDecisionOut:
    return RoutingDecisionOut(
        id=offer["id"],
        decided_at=offer["created_at"],
        cause="offer",
        policy_version=offer["policy_version"],
        strategy="manual" if offer["policy_version"] is None else "round_robin",
        hop=offer["hop"],
        turn=None,
        outcome="offered",
        partner_id=offer["partner_id"],
        offer_id=offer["id"],
        candidates=[CandidateOut(**{**offer["candidate"], "last_turn": 0})],
    )
