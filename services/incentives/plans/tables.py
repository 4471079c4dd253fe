"""Tables of plans. Rates are confidential: only the vendor sees them; partners see them in their explanations."""

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, func
from sqlalchemy.dialects.postgresql import ExcludeConstraint

from services.incentives.metadata import METADATA
from shared.db.columns import day, document, entity, identifier, instant, integer, text
from shared.db.walls import vendor_wall

plans = entity(
    "plans",
    METADATA,
    text("name"),
    text("currency"),
    text("description", null=True),
    Index("plans_newest", "tenant_id", "created_at", "id"),
    wall=vendor_wall(),
)

plan_versions = entity(
    "plan_versions",
    METADATA,
    identifier("plan_id"),
    integer("number"),
    text("status", check=("draft", "published")),
    day("effective_from"),
    day("effective_to", null=True),
    document("components"),
    instant("published_at", null=True),
    identifier("published_by", null=True),
    UniqueConstraint("tenant_id", "plan_id", "number", name="plan_versions_number"),
    Index("plan_versions_newest", "tenant_id", "created_at", "id"),
    Index("plan_versions_effective", "tenant_id", "effective_from"),
    wall=vendor_wall(),
)

plan_assignments = entity(
    "plan_assignments",
    METADATA,
    identifier("plan_id"),
    text("level", check=("partner", "tier", "all")),
    # The partner's id or the tier's code; empty for all. Equality of it is what the exclusion below compares.
    identifier("target"),
    day("effective_from"),
    day("effective_to", null=True),
    CheckConstraint("(level = 'all') = (target = '')"),
    Index("plan_assignments_newest", "tenant_id", "created_at", "id"),
    Index("plan_assignments_plan", "tenant_id", "plan_id"),
    Index("plan_assignments_target", "tenant_id", "level", "target"),
    wall=vendor_wall(),
)
plan_assignments.append_constraint(
    ExcludeConstraint(
        (plan_assignments.c.tenant_id, "="),
        (plan_assignments.c.level, "="),
        (plan_assignments.c.target, "="),
        (func.daterange(plan_assignments.c.effective_from, plan_assignments.c.effective_to), "&&"),
        name="plan_assignments_one_at_a_time",
        using="gist",
    )
)
