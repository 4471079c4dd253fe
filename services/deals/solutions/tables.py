"""Solutions with their owners, and what everybody reads of those that are listed."""

from typing import Final

from sqlalchemy import Index
from sqlalchemy import text as sql

from services.deals.metadata import METADATA
from shared.db.columns import document, entity, identifier, instant, integer, key, record, text
from shared.db.walls import participants_wall, plumbing_wall, tenant_wall
from shared.lifecycle import Lifecycle, move
from shared.search.declaration import searchable

_WRITE: Final = "solutions:write"
_APPROVE: Final = "solutions:approve"
PARTS: Final = ("name", "description", "product_families", "owners")
IN_FORCE: Final = ("validated", "listed")
LIFECYCLE: Final = Lifecycle(
    ("draft", "in_validation", "validated", "listed", "expired"),
    move("consent", "draft", permission=_WRITE, by="partner"),
    move("submit", "draft", permission=_WRITE, to="in_validation"),
    move("return", "in_validation", permission=_APPROVE, to="draft", by="vendor"),
    move("validate", "in_validation", permission=_APPROVE, to="validated", by="vendor"),
    move("list", "validated", permission=_APPROVE, to="listed", by="vendor"),
    move("expire", "validated", "listed", permission=_APPROVE, to="expired", by="vendor"),
    editable={"draft": PARTS},
    by_itself={"listed": ("expired",)},
)

solutions = entity(
    "solutions",
    METADATA,
    # The partner that leads it.
    identifier("partner_id"),
    text("name"),
    text("description", null=True),
    document("product_families"),
    integer("solution_version"),
    identifier("previous_id", null=True),
    text("status", check=LIFECYCLE.states),
    document("owners"),
    instant("submitted_at", null=True),
    instant("validated_at", null=True),
    instant("listed_at", null=True),
    instant("expires_at", null=True),
    text("reason", null=True),
    identifier("created_by"),
    Index("solutions_newest", "tenant_id", "created_at", "id"),
    Index("solutions_status", "tenant_id", "status", "created_at", "id"),
    Index("solutions_partner", "tenant_id", "partner_id", "created_at", "id"),
    Index("solutions_previous", "tenant_id", "previous_id", postgresql_where=sql("previous_id IS NOT NULL")),
    wall=participants_wall("solution_parties", "solution_id"),
)

solution_parties = record(
    "solution_parties",
    METADATA,
    key("solution_id"),
    key("partner_id"),
    Index("solution_parties_partner", "tenant_id", "partner_id", "solution_id"),
    wall=plumbing_wall("all"),
)

solution_listings = entity(
    "solution_listings",
    METADATA,
    identifier("solution_id"),
    text("name"),
    text("description", null=True),
    document("product_families"),
    integer("solution_version"),
    document("partners"),
    instant("listed_until"),
    Index("solution_listings_newest", "tenant_id", "created_at", "id"),
    Index("solution_listings_solution", "tenant_id", "solution_id", unique=True),
    wall=tenant_wall(),
    audited=False,
)
solution_listings_words = searchable(solution_listings, "name")
