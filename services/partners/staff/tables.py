"""A copy of the vendor's accounts, kept from what the gateway tells of them. Nobody else writes here."""

from services.partners.metadata import METADATA
from shared.db.columns import bigint, key, record, text
from shared.db.walls import plumbing_wall

staff = record(
    "staff",
    METADATA,
    key("account_id"),
    bigint("version"),
    text("kind"),
    text("status"),
    text("given_name", personal=True),
    text("family_name", personal=True),
    text("email", personal=True),
    wall=plumbing_wall(),
)
