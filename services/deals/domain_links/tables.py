"""Which domains are of one house. The vendor's own: a partner never learns that one is known."""

from sqlalchemy import Index

from services.deals.metadata import METADATA
from shared.db.columns import entity, text
from shared.db.walls import vendor_wall

KINDS = ("alias", "parent")

domain_links = entity(
    "domain_links",
    METADATA,
    text("from_domain"),
    text("to_domain"),
    text("kind", check=KINDS),
    Index("domain_links_newest", "tenant_id", "created_at", "id"),
    Index("domain_links_pair", "tenant_id", "from_domain", "to_domain", unique=True),
    Index("domain_links_to", "tenant_id", "to_domain"),
    wall=vendor_wall(),
)
