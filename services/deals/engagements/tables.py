"""Engagements, who of the partners sees them, and what each side calls them elsewhere."""

from typing import Final

from sqlalchemy import CheckConstraint, Index
from sqlalchemy import text as sql

from services.deals.engagements.rules import LIVE, MODES, ROLES
from services.deals.metadata import METADATA
from shared.db.columns import document, entity, identifier, instant, integer, key, record, text
from shared.db.walls import participants_wall, plumbing_wall
from shared.lifecycle import Lifecycle, move

_WRITE: Final = "engagements:write"
_NAMES: Final = ("external_references",)
_STATES: Final = (*LIVE, "declined", "expired", "withdrawn", "rejected", "ended")
LIFECYCLE: Final = Lifecycle(
    _STATES,
    move("invite", "draft", permission=_WRITE, to=("in_approval", "pending")),
    move("approve", "in_approval", permission="engagements:approve", to="pending", by="vendor"),
    move("reject", "in_approval", permission="engagements:approve", to="rejected", by="vendor"),
    move("accept", "pending", permission=_WRITE, to="accepted", by="partner"),
    move("decline", "pending", permission=_WRITE, to="declined", by="partner"),
    move("withdraw", "draft", "in_approval", "pending", permission=_WRITE, to="withdrawn"),
    move("leave", "accepted", permission=_WRITE, to="ended", by="partner"),
    move("end", "accepted", permission=_WRITE, to="ended"),
    editable={**dict.fromkeys(_STATES, _NAMES), "draft": ("note", *_NAMES)},
    by_itself={"pending": ("expired",)},
)

engagements = entity(
    "engagements",
    METADATA,
    identifier("deal_id"),
    identifier("source_partner_id"),
    identifier("partner_id"),
    text("role", check=ROLES),
    text("mode", check=MODES),
    text("status", check=LIFECYCLE.states),
    identifier("share_template_id"),
    text("note", null=True),
    instant("invited_at", null=True),
    instant("expires_at", null=True),
    instant("answered_at", null=True),
    instant("ended_at", null=True),
    text("ended_by", null=True, check=("vendor", "source", "partner", "transfer")),
    text("reason", null=True),
    # What the partner is shown of the deal now; nothing before it is invited and after it has gone.
    document("snapshot", null=True),
    integer("revision"),
    instant("as_of", null=True),
    # Who else co-sells, while both do.
    document("alongside"),
    document("vendor_references"),
    document("source_references"),
    document("partner_references"),
    identifier("created_by"),
    CheckConstraint("partner_id <> source_partner_id"),
    CheckConstraint("snapshot IS NULL OR status IN ('pending', 'accepted')"),
    Index("engagements_newest", "tenant_id", "created_at", "id"),
    Index("engagements_status", "tenant_id", "status", "created_at", "id"),
    Index("engagements_deal", "tenant_id", "deal_id", "created_at", "id"),
    Index("engagements_source", "tenant_id", "source_partner_id", "created_at", "id"),
    Index("engagements_partner", "tenant_id", "partner_id", "created_at", "id"),
    Index(
        "engagements_once",
        *("tenant_id", "deal_id", "partner_id", "role"),
        unique=True,
        postgresql_where=sql("status IN ('draft', 'in_approval', 'pending', 'accepted')"),
    ),
    wall=participants_wall("engagement_parties", "engagement_id"),
)

# The source partner from the beginning; the other one from the invitation until it declines, leaves or is let go.
engagement_parties = record(
    "engagement_parties",
    METADATA,
    key("engagement_id"),
    key("partner_id"),
    Index("engagement_parties_partner", "tenant_id", "partner_id", "engagement_id"),
    wall=plumbing_wall("all"),
)

# What another system calls it is unique for whoever has said so, and tells nobody else anything.
engagement_references = record(
    "engagement_references",
    METADATA,
    key("owner"),
    key("system"),
    key("type"),
    key("external_id"),
    identifier("engagement_id"),
    Index("engagement_references_engagement", "tenant_id", "engagement_id"),
    wall=plumbing_wall("all"),
)
