"""Hashed credentials. Only the machinery's roles see these tables: no request reads them in its caller's view."""

from sqlalchemy import Column, Index, Integer, Table, Text

from gateway.metadata import METADATA
from shared.db.columns import identifier, instant, key, record, text
from shared.db.walls import plumbing_wall

KINDS = (
    "refresh_token",
    "client_secret",
    "api_key",
    "invitation",
    "password_reset",
    "authorization_code",
    "recovery_code",
)

passwords = record(
    "passwords",
    METADATA,
    key("account_id"),
    text("email", personal=True),
    text("hash", null=True, personal=True),
    instant("changed_at"),
    Index("passwords_email", "tenant_id", "email", unique=True),
    Index("passwords_anywhere", "email"),
    wall=plumbing_wall(),
)

secrets = record(
    "secrets",
    METADATA,
    key("digest"),
    text("kind", check=KINDS),
    identifier("owner_id"),
    instant("issued_at"),
    instant("expires_at", null=True),
    instant("spent_at", null=True),
    # The account of the person who was shown it, for the secrets of keys and apps.
    identifier("holder_id", null=True),
    Index("secrets_digest", "digest", unique=True),
    Index("secrets_owner", "tenant_id", "owner_id", "issued_at"),
    Index("secrets_holder", "tenant_id", "holder_id"),
    wall=plumbing_wall(),
)

attempts = Table(
    "sign_in_attempts",
    METADATA,
    Column("subject", Text(collation="C"), primary_key=True),
    Column("failures", Integer, nullable=False),
    instant("last_at"),
    instant("next_at"),
    info={"wall": plumbing_wall(), "audited": False},
)
