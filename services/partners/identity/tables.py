"""The keys of companies; a key belongs to one holder, a partner or an application."""

from sqlalchemy import Index

from services.partners.metadata import METADATA
from shared.db.columns import identifier, key, record
from shared.db.walls import vendor_wall

partner_keys = record(
    "partner_keys",
    METADATA,
    key("kind"),
    key("value"),
    identifier("holder_id"),
    Index("partner_keys_holder", "tenant_id", "holder_id"),
    wall=vendor_wall(),
)
