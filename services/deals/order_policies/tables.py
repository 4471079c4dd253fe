"""Order policies, each version kept."""

from sqlalchemy import Index

from services.deals.metadata import METADATA
from shared.db.columns import document, entity, instant, integer, text
from shared.db.walls import vendor_wall

order_policies = entity(
    "order_policies",
    METADATA,
    text("name"),
    text("status", check=("draft", "published")),
    integer("policy_version", null=True),
    document("rules"),
    text("accept_when", null=True),
    instant("published_at", null=True),
    Index("order_policies_newest", "tenant_id", "created_at", "id"),
    Index("order_policies_version", "tenant_id", "policy_version", unique=True),
    wall=vendor_wall(),
)
