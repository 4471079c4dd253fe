"""Signing keys of the installation: several are published, one signs, one may be about to."""

from sqlalchemy import Column, Index, Table, Text
from sqlalchemy import text as sql

from gateway.keys.sealing import sealed
from gateway.metadata import METADATA
from shared.db.columns import document, instant, text
from shared.db.walls import plumbing_wall

signing_keys = Table(
    "signing_keys",
    METADATA,
    Column("kid", Text(collation="C"), primary_key=True),
    text("status", check=("next", "active", "retired")),
    sealed("sealed", purpose="signing key {kid}"),
    document("public_jwk"),
    instant("created_at"),
    # When the next key begins to sign.
    instant("signs_from", null=True),
    instant("retired_at", null=True),
    Index("signing_keys_one_active", "status", unique=True, postgresql_where=sql("status = 'active'")),
    Index("signing_keys_one_next", "status", unique=True, postgresql_where=sql("status = 'next'")),
    info={"wall": plumbing_wall(), "audited": False},
)
