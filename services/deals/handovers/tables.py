"""Transfers are the vendor's; each partner in one sees the consent that it is asked for, and nothing of the other."""

from sqlalchemy import Index
from sqlalchemy import text as sql

from services.deals.handovers.rules import CONSENT_LIFECYCLE, TRANSFER_LIFECYCLE
from services.deals.metadata import METADATA
from shared.db.columns import entity, flag, identifier, instant, text
from shared.db.walls import partner_wall

SIDES = ("old", "new")
IS_OPEN = sql("status = 'open'")

deal_transfers = entity(
    "deal_transfers",
    METADATA,
    identifier("deal_id"),
    identifier("partner_id"),
    identifier("to_partner_id"),
    text("reason"),
    identifier("file_id", null=True),
    text("file_name", null=True),
    text("sha256", null=True),
    text("status", check=TRANSFER_LIFECYCLE.states),
    text("override_reason", null=True),
    # Its deal is being decided again, and moves when it is approved.
    flag("held_up"),
    identifier("successor_id", null=True),
    identifier("created_by"),
    identifier("decided_by", null=True),
    instant("decided_at", null=True),
    Index("deal_transfers_newest", "tenant_id", "created_at", "id"),
    Index("deal_transfers_deal", "tenant_id", "deal_id", "created_at", "id"),
    Index("deal_transfers_open", "tenant_id", "deal_id", postgresql_where=IS_OPEN),
    Index("deal_transfers_partner", "tenant_id", "partner_id", "created_at", "id"),
    Index("deal_transfers_to", "tenant_id", "to_partner_id", "created_at", "id"),
    wall=partner_wall(internal=True),
)
transfer_consents = entity(
    "transfer_consents",
    METADATA,
    identifier("transfer_id"),
    identifier("partner_id"),
    text("side", check=SIDES),
    # The registration that this side may see: the one it gives away, or the one it has got.
    identifier("deal_id", null=True),
    text("customer_name"),
    text("product_family"),
    text("reason"),
    text("status", check=CONSENT_LIFECYCLE.states),
    text("answer", null=True),
    # The vendor's person, so that nobody answers for the partner but who may do so for all of it.
    identifier("created_by"),
    identifier("answered_by", null=True),
    instant("answered_at", null=True),
    Index("transfer_consents_newest", "tenant_id", "created_at", "id"),
    Index("transfer_consents_transfer", "tenant_id", "transfer_id"),
    Index("transfer_consents_deal", "tenant_id", "deal_id", "created_at", "id"),
    Index("transfer_consents_partner", "tenant_id", "partner_id", "created_at", "id"),
    Index("transfer_consents_own", "tenant_id", "created_by", "created_at", "id"),
    wall=partner_wall(),
    owned_by="created_by",
)
