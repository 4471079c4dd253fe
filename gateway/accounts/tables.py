"""Accounts and what the partners service says of the people behind them."""

from sqlalchemy import Index

from gateway.accounts.lifecycle import LIFECYCLE
from gateway.metadata import METADATA
from shared.db.columns import document, entity, identifier, instant, integer, key, record, text
from shared.db.walls import plumbing_wall, vendor_wall

accounts = entity(
    "accounts",
    METADATA,
    text("email", personal=True),
    text("given_name", personal=True),
    text("family_name", personal=True),
    text("kind", check=("vendor", "partner")),
    text("status", check=LIFECYCLE.states),
    document("roles"),
    # In a sandbox: the account of the live tenant that this one is for. It goes where that one goes.
    identifier("live_account_id", null=True),
    Index("accounts_of_live", "tenant_id", "live_account_id", unique=True),
    Index("accounts_newest", "tenant_id", "created_at", "id"),
    Index("accounts_email", "tenant_id", "email"),
    wall=vendor_wall(),
)

memberships = record(
    "memberships",
    METADATA,
    key("account_id"),
    key("partner_id"),
    identifier("person_id"),
    document("roles"),
    text("status", check=("invited", "active", "deactivated")),
    instant("last_used_at", null=True),
    integer("version"),
    Index("memberships_person", "tenant_id", "person_id"),
    wall=plumbing_wall(),
)

partner_standings = record(
    "partner_standings", METADATA, key("partner_id"), text("status"), integer("version"), wall=plumbing_wall()
)
