"""`routing-policies`, and why a lead is where it is."""

from services.leads.leads.queries import LEADS
from services.leads.routing import policies, queries
from services.leads.routing.schemas import (
    RoutingExplanationOut,
    RoutingPolicyIn,
    RoutingPolicyOut,
    RoutingPolicyPatch,
)
from services.leads.routing.tables import POLICIES
from shared.db.pool import Record
from shared.errors import AlreadyExists, InvalidTransition
from shared.rules import InvalidRule
from shared.web.params import Read, Tx, Version
from shared.web.router import Router

router = Router("routing-policies")
router.lists(
    POLICIES,
    RoutingPolicyOut,
    summary="Routing policies, newest first; without a published one the built-in version 0 is in force.",
)
router.reads(POLICIES, RoutingPolicyOut, summary="One version of the routing policy.")


@router.post(
    permission="routing-policies:write",
    returns=POLICIES,
    out=RoutingPolicyOut,
    status=201,
    problems=[AlreadyExists, InvalidRule],
)
async def create_routing_policy(body: RoutingPolicyIn, tx: Tx) -> Record:
    """Draft a routing policy."""
    return await policies.draft(tx, body)


@router.patch(
    permission="routing-policies:write",
    returns=POLICIES,
    out=RoutingPolicyOut,
    problems=[InvalidTransition, InvalidRule],
)
async def change_routing_policy(id: str, body: RoutingPolicyPatch, tx: Tx, version: Version) -> Record:
    """Change a draft."""
    return await policies.change(tx, id, body, version=version)


@router.post(
    "/{id}/publish",
    permission="routing-policies:approve",
    returns=POLICIES,
    out=RoutingPolicyOut,
    problems=[InvalidTransition],
)
async def publish_routing_policy(id: str, tx: Tx, version: Version) -> Record:
    """Put a draft in force under the next policy version."""
    return await policies.publish(tx, id, version=version)


explanations = Router("leads")


@explanations.get("/{id}/routing-explanation", permission="leads:read", out=RoutingExplanationOut)
async def explain_routing(id: str, read: Read) -> RoutingExplanationOut:
    """Why a lead is where it is: policy version, candidates with every reason against them, turn and choice."""
    lead = await read.get(LEADS, id)
    return await queries.explanation(read, lead["id"])
