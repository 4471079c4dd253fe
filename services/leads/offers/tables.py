"""Offers of leads to partners, as they are stored and shown.

A lead goes to a partner once in its life, and to one partner at a time: two unique indexes say so.
"""

from sqlalchemy import Index

from services.leads.metadata import METADATA
from shared.db.columns import document, entity, identifier, instant, integer, text
from shared.db.resource import Resource
from shared.db.walls import partner_wall
from shared.lifecycle import Lifecycle

# It is answered and taken back on its lead.
LIFECYCLE = Lifecycle(
    ("offered", "accepted", "declined", "expired", "recalled"),
    by_itself={"offered": ("accepted", "declined", "expired", "recalled"), "accepted": ("recalled",)},
)

offers = entity(
    "offers",
    METADATA,
    identifier("lead_id"),
    identifier("partner_id"),
    text("status", check=LIFECYCLE.states),
    instant("expires_at"),
    instant("decided_at", null=True),
    text("reason", null=True),
    # Until then the lead counts against the partner's capacity.
    instant("released_at", null=True),
    integer("policy_version", null=True),
    integer("hop"),
    document("candidate"),
    Index("offers_once", "tenant_id", "lead_id", "partner_id", unique=True),
    Index("offers_open", "tenant_id", "lead_id", unique=True, postgresql_where="released_at IS NULL"),
    Index("offers_held", "tenant_id", "partner_id", postgresql_where="released_at IS NULL"),
    Index("offers_newest", "tenant_id", "created_at", "id"),
    Index("offers_partner", "tenant_id", "partner_id", "created_at", "id"),
    wall=partner_wall(),
)

OFFERS = Resource(
    "offer",
    offers,
    ("lead_id", "partner_id", "status", "expires_at", "decided_at", "reason"),
    expands={"lead_id": "leads", "partner_id": "partners"},
    permission="offers:read",
    filters=("status", "partner_id", "lead_id", "created_at"),
    lifecycle=LIFECYCLE,
)
