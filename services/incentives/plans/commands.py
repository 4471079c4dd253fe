"""Writes of plans."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import asyncpg
from sqlalchemy import bindparam, func, select

from services.incentives.plans import conditions, rules
from services.incentives.plans.queries import LIFECYCLE
from services.incentives.plans.schemas import (
    ComponentIn,
    PlanAssignmentIn,
    PlanAssignmentPatch,
    PlanIn,
    PlanPatch,
    PlanVersionIn,
    PlanVersionPatch,
)
from services.incentives.plans.tables import plan_assignments, plan_versions, plans
from shared.auth.principal import Caller
from shared.auth.sides import vendor_only
from shared.db.pool import Record
from shared.db.statements import TENANT, Statement
from shared.db.tx import Tx, require_version
from shared.errors import AlreadyExists, Conflict, Fault, Invalid, NotFound
from shared.rules import InvalidRule


class PlanVersionPublished(Conflict):
    """A published version never changes; publish a new one."""

    code, title = "plan_version_published", "The version is published"


class AssignmentOverlaps(Conflict):
    """Another plan is assigned to the same target on some of these days; end that assignment first."""

    code, title = "assignment_overlaps", "Another plan is assigned already"


_HIGHEST = Statement(
    select(func.coalesce(func.max(plan_versions.c.number), 0)).where(
        plan_versions.c.tenant_id == TENANT, plan_versions.c.plan_id == bindparam("plan_id")
    )
)

_ASSIGNMENT = Statement(
    select(plan_assignments.c.id).where(
        plan_assignments.c.tenant_id == TENANT, plan_assignments.c.id == bindparam("row_id")
    )
)


async def create_plan(tx: Tx, body: PlanIn, *, caller: Caller) -> Record:
    """Store a plan; it pays nothing before a version is published and assigned."""
    vendor_only(caller)
    return await tx.insert(
        plans,
        id=body.id or tx.new_id("plan"),
        name=body.name,
        currency=body.currency,
        description=body.description,
    )


async def change_plan(tx: Tx, body: PlanPatch, *, plan_id: str, version: int | None, caller: Caller) -> Record:
    """Change a plan's name or description."""
    vendor_only(caller)
    row = await tx.lock(plans, plan_id)
    require_version(row, version)
    return await tx.update(plans, row, **body.changes())


async def draft_version(tx: Tx, body: PlanVersionIn, *, caller: Caller) -> Record:
    """Store a draft with the plan's next number; raises InvalidRule for a condition that cannot be evaluated."""
    vendor_only(caller)
    plan = await _known_plan(tx, body.plan_id)
    _check_days(body.effective_from, body.effective_to)
    return await tx.insert(
        plan_versions,
        id=body.id or tx.new_id("plv"),
        plan_id=plan["id"],
        number=await tx.value(_HIGHEST, plan_id=plan["id"]) + 1,
        status="draft",
        effective_from=body.effective_from,
        effective_to=body.effective_to,
        components=_checked(body.components),
        published_at=None,
        published_by=None,
    )


async def change_version(
    tx: Tx, body: PlanVersionPatch, *, version_id: str, version: int | None, caller: Caller
) -> Record:
    """Change a draft; raises PlanVersionPublished for a version that is in use."""
    vendor_only(caller)
    row = await tx.lock(plan_versions, version_id)
    if row["status"] == "published":
        raise PlanVersionPublished()
    require_version(row, version)
    changes = body.changes()
    if "components" in changes:
        changes["components"] = _checked(body.components)
    merged = {**row, **changes}
    _check_days(merged["effective_from"], merged["effective_to"])
    return await tx.update(plan_versions, row, **changes)


async def publish_version(tx: Tx, *, version_id: str, version: int | None, caller: Caller) -> Record:
    """Put a version in force for sales of its days; where versions overlap, the higher number stands.

    Raises InvalidPlan naming each gap or overlap of the bands. Sales already accrued keep their terms until recalculated.
    """
    vendor_only(caller)
    row = await tx.lock_for(plan_versions, version_id, action="publish", lifecycle=LIFECYCLE, version=version)
    rules.require_publishable(row["components"])
    return await tx.update(plan_versions, row, status="published", published_at=tx.now, published_by=caller.account_id)


async def assign(tx: Tx, body: PlanAssignmentIn, *, caller: Caller) -> Record:
    """Assign a plan to a partner, a tier or all; raises AssignmentOverlaps when the days are taken."""
    vendor_only(caller)
    plan = await _known_plan(tx, body.plan_id)
    _check_days(body.effective_from, body.effective_to)
    target, assignment_id = _target(body), body.id or tx.new_id("pas")
    try:
        return await tx.insert(
            plan_assignments,
            id=assignment_id,
            plan_id=plan["id"],
            level=body.level,
            target=target,
            effective_from=body.effective_from,
            effective_to=body.effective_to,
        )
    except AlreadyExists:
        # Storing nothing means that the id is taken, or that the exclusion of overlapping days spoke.
        if await tx.first(_ASSIGNMENT, row_id=assignment_id) is not None:
            raise
        raise AssignmentOverlaps() from None


async def end_assignment(
    tx: Tx, body: PlanAssignmentPatch, *, assignment_id: str, version: int | None, caller: Caller
) -> Record:
    """Change the day on which an assignment ends; null leaves it open."""
    vendor_only(caller)
    row = await tx.lock(plan_assignments, assignment_id)
    require_version(row, version)
    changes = body.changes()
    _check_days(row["effective_from"], changes.get("effective_to"))
    try:
        return await tx.update(plan_assignments, row, **changes)
    except asyncpg.ExclusionViolationError as error:
        raise AssignmentOverlaps() from error


async def _known_plan(tx: Tx, plan_id: str) -> Record:
    try:
        return await tx.lock(plans, plan_id)
    except NotFound as error:
        raise Invalid(errors=[Fault("/plan_id", "unknown_plan", "There is no such plan.")]) from error


def _checked(components: Sequence[ComponentIn]) -> list[dict[str, Any]]:
    faults: list[Fault] = []
    for index, component in enumerate(components):
        if component.condition is not None:
            try:
                conditions.check(component.condition, pointer=f"/components/{index}/condition")
            except InvalidRule as invalid:
                faults += invalid.errors
    if faults:
        raise InvalidRule(errors=faults)
    return [component.model_dump(mode="json", by_alias=True) for component in components]


def _check_days(effective_from: date | None, effective_to: date | None) -> None:
    if effective_from is None:
        raise Invalid(errors=[Fault("/effective_from", "required", "This field is required.")])
    if effective_to is not None and effective_to <= effective_from:
        raise Invalid(errors=[Fault("/effective_to", "empty_period", "The end lies after the beginning.")])


def _target(body: PlanAssignmentIn) -> str:
    given = {"partner": body.partner_id, "tier": body.tier}
    for level, value in given.items():
        name = "partner_id" if level == "partner" else "tier"
        if level == body.level and value is None:
            raise Invalid(errors=[Fault(f"/{name}", "required", "This field is required at this level.")])
        if level != body.level and value is not None:
            raise Invalid(errors=[Fault(f"/{name}", "not_applicable", "This field does not belong to this level.")])
    return given.get(body.level) or ""
