"""Operations of plans, their versions and their assignments."""

from services.incentives.plans import commands
from services.incentives.plans.queries import PLAN_ASSIGNMENTS, PLAN_VERSIONS, PLANS
from services.incentives.plans.rules import InvalidPlan
from services.incentives.plans.schemas import (
    PlanAssignmentIn,
    PlanAssignmentOut,
    PlanAssignmentPatch,
    PlanIn,
    PlanOut,
    PlanPatch,
    PlanVersionIn,
    PlanVersionOut,
    PlanVersionPatch,
)
from shared.db.pool import Record
from shared.rules import InvalidRule
from shared.web.params import Principal, Tx, Version
from shared.web.router import Router

plans = Router("plans")
plans.lists(PLANS, PlanOut, summary="Plans of the program.")
plans.reads(PLANS, PlanOut, summary="One plan.")


@plans.post(permission="plans:write", returns=PLANS, out=PlanOut, status=201)
async def create_plan(body: PlanIn, tx: Tx, caller: Principal) -> Record:
    """Create a plan. It pays once a version of it is published and assigned."""
    return await commands.create_plan(tx, body, caller=caller)


@plans.patch(permission="plans:write", returns=PLANS, out=PlanOut)
async def change_plan(id: str, body: PlanPatch, tx: Tx, caller: Principal, version: Version) -> Record:
    """Change a plan's name or description."""
    return await commands.change_plan(tx, body, plan_id=id, version=version, caller=caller)


versions = Router("plan-versions")
versions.lists(PLAN_VERSIONS, PlanVersionOut, summary="Versions of plans.")
versions.reads(PLAN_VERSIONS, PlanVersionOut, summary="One version of a plan.")


@versions.post(
    permission="plan-versions:write", returns=PLAN_VERSIONS, out=PlanVersionOut, status=201, problems=[InvalidRule]
)
async def create_plan_version(body: PlanVersionIn, tx: Tx, caller: Principal) -> Record:
    """Draft the next version of a plan."""
    return await commands.draft_version(tx, body, caller=caller)


@versions.patch(
    permission="plan-versions:write",
    returns=PLAN_VERSIONS,
    out=PlanVersionOut,
    problems=[commands.PlanVersionPublished, InvalidRule],
)
async def change_plan_version(id: str, body: PlanVersionPatch, tx: Tx, caller: Principal, version: Version) -> Record:
    """Change a draft; a published version never changes."""
    return await commands.change_version(tx, body, version_id=id, version=version, caller=caller)


@versions.post(
    "/{id}/publish",
    permission="plan-versions:write",
    returns=PLAN_VERSIONS,
    out=PlanVersionOut,
    problems=[InvalidPlan],
)
async def publish_plan_version(id: str, tx: Tx, caller: Principal, version: Version) -> Record:
    """Put a version in force for the sales of its days; refuses bands with a gap or an overlap."""
    return await commands.publish_version(tx, version_id=id, version=version, caller=caller)


assignments = Router("plan-assignments")
assignments.lists(PLAN_ASSIGNMENTS, PlanAssignmentOut, summary="Whom plans are for.")
assignments.reads(PLAN_ASSIGNMENTS, PlanAssignmentOut, summary="One assignment of a plan.")


@assignments.post(
    permission="plan-assignments:write",
    returns=PLAN_ASSIGNMENTS,
    out=PlanAssignmentOut,
    status=201,
    problems=[commands.AssignmentOverlaps],
)
async def create_plan_assignment(body: PlanAssignmentIn, tx: Tx, caller: Principal) -> Record:
    """Assign a plan to a partner, to a tier, or to all; the narrower level stands."""
    return await commands.assign(tx, body, caller=caller)


@assignments.patch(
    permission="plan-assignments:write",
    returns=PLAN_ASSIGNMENTS,
    out=PlanAssignmentOut,
    problems=[commands.AssignmentOverlaps],
)
async def change_plan_assignment(
    id: str, body: PlanAssignmentPatch, tx: Tx, caller: Principal, version: Version
) -> Record:
    """End an assignment on another day."""
    return await commands.end_assignment(tx, body, assignment_id=id, version=version, caller=caller)
