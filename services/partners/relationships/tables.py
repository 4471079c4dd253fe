"""Edges of the hierarchy, and the two partners that each of them joins."""

from typing import Final

from sqlalchemy import CheckConstraint, Index, func
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import ExcludeConstraint

from services.partners.metadata import METADATA
from shared.db.columns import day, entity, identifier, instant, key, record, text
from shared.db.walls import participants_wall, plumbing_wall
from shared.lifecycle import Lifecycle, move

KINDS: Final = ("parent_of", "distributes_to", "location_of")
VISIBILITIES: Final = ("none", "aggregate", "records", "records_and_money")
# An edge that counts on its days; an offer joins nobody yet.
SETTLED: Final = ("scheduled", "active", "ended")
LIFECYCLE: Final = Lifecycle(
    ("offered", "scheduled", "active", "ended", "declined", "withdrawn", "expired"),
    move("accept", "offered", permission="relationships:write", to=("scheduled", "active"), by="partner"),
    move("decline", "offered", permission="relationships:write", to="declined", by="partner"),
    move("withdraw", "offered", permission="relationships:write", to="withdrawn", by="partner"),
    move("end", "scheduled", "active", permission="relationships:write", to=("scheduled", "active", "ended")),
    editable={"scheduled": ("visibility", "effective_to"), "active": ("visibility", "effective_to")},
    vendor_fields=("visibility", "effective_to"),
    initial=("offered", "scheduled", "active"),
    by_itself={"offered": ("expired",), "scheduled": ("active",), "active": ("ended",)},
)

relationships = entity(
    "relationships",
    METADATA,
    identifier("parent_partner_id"),
    identifier("child_partner_id"),
    text("kind", check=KINDS),
    text("visibility", check=VISIBILITIES),
    day("effective_from"),
    day("effective_to", null=True),
    text("status", check=LIFECYCLE.states),
    # The partner that has offered it; null where the vendor has set it.
    identifier("offered_by", null=True),
    instant("expires_at", null=True),
    CheckConstraint("parent_partner_id <> child_partner_id"),
    CheckConstraint("effective_to >= effective_from"),
    Index("relationships_newest", "tenant_id", "created_at", "id"),
    Index("relationships_parent", "tenant_id", "parent_partner_id", "created_at", "id"),
    Index("relationships_child", "tenant_id", "child_partner_id", "created_at", "id"),
    Index("relationships_status", "tenant_id", "status", "created_at", "id"),
    Index("relationships_kind", "tenant_id", "kind", "created_at", "id"),
    wall=participants_wall("relationship_parties", "relationship_id"),
)
relationships.append_constraint(
    ExcludeConstraint(
        (relationships.c.tenant_id, "="),
        (relationships.c.parent_partner_id, "="),
        (relationships.c.child_partner_id, "="),
        (relationships.c.kind, "="),
        (func.daterange(relationships.c.effective_from, relationships.c.effective_to), "&&"),
        where=sql("status IN ('scheduled', 'active', 'ended')"),
        name="relationships_once",
        using="gist",
    )
)

relationship_parties = record(
    "relationship_parties",
    METADATA,
    key("relationship_id"),
    key("partner_id"),
    Index("relationship_parties_partner", "tenant_id", "partner_id", "relationship_id"),
    wall=plumbing_wall("all"),
)
