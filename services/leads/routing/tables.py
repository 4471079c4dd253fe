"""Routing policies, the turns of partners, and what was decided for each lead."""

from sqlalchemy import Index

from services.leads.metadata import METADATA
from shared.db.columns import bigint, document, entity, identifier, instant, integer, key, record, text
from shared.db.resource import Resource
from shared.db.walls import vendor_wall
from shared.lifecycle import Lifecycle, move

STRATEGIES = ("round_robin",)

_PARTS = ("name", "strategy", "eligibility", "accept_within_hours", "hop_limit")
LIFECYCLE = Lifecycle(
    ("draft", "published", "retired"),
    move("publish", "draft", permission="routing-policies:approve", to="published", by="vendor"),
    editable={"draft": _PARTS},
    vendor_fields=_PARTS,
    by_itself={"published": ("retired",)},
)

routing_policies = entity(
    "routing_policies",
    METADATA,
    text("name"),
    text("status", check=LIFECYCLE.states),
    text("strategy", check=STRATEGIES),
    text("eligibility"),
    integer("accept_within_hours"),
    integer("hop_limit"),
    integer("policy_version", null=True),
    instant("published_at", null=True),
    identifier("published_by", null=True),
    Index("routing_policies_newest", "tenant_id", "created_at", "id"),
    Index("routing_policies_version", "tenant_id", "policy_version", unique=True),
    Index("routing_policies_current", "tenant_id", unique=True, postgresql_where="status = 'published'"),
    wall=vendor_wall(),
)

POLICIES = Resource(
    "routing_policy",
    routing_policies,
    (
        *("name", "status", "strategy", "eligibility", "accept_within_hours", "hop_limit"),
        *("policy_version", "published_at", "published_by"),
    ),
    permission="routing-policies:read",
    filters=("status",),
    lifecycle=LIFECYCLE,
)

# One row a pool: holding it is holding the pool. `turn` counts the routings.
routing_pools = record("routing_pools", METADATA, key("pool"), bigint("turn"), wall=vendor_wall())

# The turn in which each partner last received; who waited longest is next.
routing_turns = record("routing_turns", METADATA, key("pool"), key("partner_id"), bigint("turn"), wall=vendor_wall())

routing_decisions = record(
    "routing_decisions",
    METADATA,
    key("id"),
    identifier("lead_id"),
    instant("decided_at"),
    text("cause"),
    integer("policy_version", null=True),
    text("strategy"),
    integer("hop"),
    bigint("turn", null=True),
    text("outcome"),
    identifier("partner_id", null=True),
    identifier("offer_id", null=True),
    document("candidates"),
    Index("routing_decisions_lead", "tenant_id", "lead_id", "decided_at", "id"),
    wall=vendor_wall(),
)
