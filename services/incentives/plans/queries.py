"""What plans look like, and which of them may apply to a partner."""

from typing import Any, Final

from sqlalchemy import ARRAY, Text, and_, any_, bindparam, or_, select

from services.incentives.plans.rules import Assigned, Version
from services.incentives.plans.tables import plan_assignments, plan_versions, plans
from shared.db.pool import Record
from shared.db.resource import Resource, computed
from shared.db.statements import TENANT, Statement
from shared.db.tx import Tx
from shared.lifecycle import Lifecycle, move

_TERMS: Final = ("effective_from", "effective_to", "components")
LIFECYCLE: Final = Lifecycle(
    ("draft", "published"),
    move("publish", "draft", permission="plan-versions:write", to="published", by="vendor"),
    editable={"draft": _TERMS},
    vendor_fields=_TERMS,
)


def _target_of(level: str) -> Any:
    return lambda row: row["target"] if row["level"] == level else None


PLANS: Final = Resource(
    "plan",
    plans,
    ("name", "currency", "description"),
    permission="plans:read",
    filters=("currency",),
)
PLAN_VERSIONS: Final = Resource(
    "plan_version",
    plan_versions,
    (
        "plan_id",
        "number",
        "status",
        "effective_from",
        "effective_to",
        "components",
        "published_at",
        "published_by",
    ),
    expands={"plan_id": "plans"},
    permission="plan-versions:read",
    filters=("plan_id", "status", "effective_from"),
    lifecycle=LIFECYCLE,
)
PLAN_ASSIGNMENTS: Final = Resource(
    "plan_assignment",
    plan_assignments,
    (
        "plan_id",
        "level",
        computed("partner_id", _target_of("partner"), "level", "target"),
        computed("tier", _target_of("tier"), "level", "target"),
        "effective_from",
        "effective_to",
    ),
    expands={"plan_id": "plans", "partner_id": "partners"},
    permission="plan-assignments:read",
    filters=("plan_id", "level"),
)


_CANDIDATES = Statement(
    select(plan_assignments, plans.c.name.label("plan_name"), plans.c.currency.label("plan_currency"))
    .join(plans, and_(plans.c.tenant_id == plan_assignments.c.tenant_id, plans.c.id == plan_assignments.c.plan_id))
    .where(
        plan_assignments.c.tenant_id == TENANT,
        or_(
            plan_assignments.c.level != "partner",
            plan_assignments.c.target == bindparam("partner_id"),
        ),
    )
    .order_by(plan_assignments.c.effective_from, plan_assignments.c.id)
)
_VERSIONS = Statement(
    select(plan_versions)
    .where(
        plan_versions.c.tenant_id == TENANT,
        plan_versions.c.plan_id == any_(bindparam("plan_ids", type_=ARRAY(Text))),
        plan_versions.c.status == "published",
    )
    .order_by(plan_versions.c.plan_id, plan_versions.c.number)
)


async def candidates(tx: Tx, *, partner_id: str) -> tuple[list[Assigned], list[Version]]:
    """Return every assignment that could concern a partner, whatever its dates, and the published versions of its plans."""
    rows = await tx.all(_CANDIDATES, partner_id=partner_id)
    versions = await tx.all(_VERSIONS, plan_ids=sorted({row["plan_id"] for row in rows})) if rows else []
    return [_assigned(row) for row in rows], [_version(row) for row in versions]


def _assigned(row: Record) -> Assigned:
    return Assigned(
        row["level"],
        row["target"],
        row["effective_from"],
        row["effective_to"],
        row["plan_id"],
        row["plan_name"],
        row["plan_currency"],
    )


def _version(row: Record) -> Version:
    return Version(
        row["id"],
        row["plan_id"],
        row["number"],
        row["effective_from"],
        row["effective_to"],
        tuple(row["components"]),
    )
