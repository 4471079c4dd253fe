"""Invitations, to the vendor's staff or to a partner's people."""

from sqlalchemy import Index

from gateway.metadata import METADATA
from shared.db.columns import entity, identifier, instant, text
from shared.db.walls import plumbing_wall

invitations = entity(
    "invitations",
    METADATA,
    identifier("account_id"),
    identifier("partner_id", null=True),
    identifier("person_id", null=True),
    text("status", check=("open", "accepted", "replaced")),
    instant("expires_at"),
    Index("invitations_account", "tenant_id", "account_id", "created_at"),
    wall=plumbing_wall(),
)
