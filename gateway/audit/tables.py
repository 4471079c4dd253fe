"""The sealed log of each tenant: its records, the hash tree over them, and the signed heads of the tree.

What requests read is `audit_log` alone, behind the wall of the partner a record is about. Nothing here is ever changed
or removed but the two rows that say how far the log has come.
"""

from sqlalchemy import BigInteger, Column, Index, Integer, Table, Text
from sqlalchemy import text as sql

from gateway.keys.sealing import sealed
from gateway.metadata import METADATA
from shared.db.columns import bigint, document, entity, identifier, instant, integer, key, record, text
from shared.db.walls import partner_wall, plumbing_wall

# A copy of a service's record at its place in the log; `created_at` is the business time of the change.
audit_log = entity(
    "audit_log",
    METADATA,
    bigint("sequence"),
    text("service"),
    identifier("actor_id"),
    identifier("on_behalf_of", null=True),
    text("action"),
    identifier("subject"),
    integer("subject_version"),
    identifier("partner_id", null=True),
    text("reason", null=True),
    text("request_id", null=True),
    document("changes"),
    document("withheld", null=True),
    Index("audit_log_newest", "tenant_id", "created_at", "id"),
    Index("audit_log_partner", "tenant_id", "partner_id", "sequence", "id"),
    Index("audit_log_subject", "tenant_id", "subject", "sequence", "id"),
    Index("audit_log_actor", "tenant_id", "actor_id", "sequence", "id"),
    Index("audit_log_behalf", "tenant_id", "on_behalf_of", "sequence", "id"),
    Index("audit_log_action", "tenant_id", "action", "sequence", "id"),
    Index("audit_log_request", "tenant_id", "request_id", "sequence", "id"),
    Index("audit_log_sequence", "tenant_id", "sequence", unique=True),
    wall=partner_wall(money=("service", "incentives")),
    audited=False,
)

# How many records a log has, and how many of them its last head covers.
audit_trees = record(
    "audit_trees",
    METADATA,
    bigint("size"),
    bigint("sealed_size"),
    instant("sealed_at", null=True),
    wall=plumbing_wall(),
)

# The digests of all complete subtrees: level 0 are the leaves, and (level, place) covers 2**level of them.
audit_nodes = record(
    "audit_nodes",
    METADATA,
    Column("level", Integer, primary_key=True),
    Column("place", BigInteger, primary_key=True),
    text("digest"),
    wall=plumbing_wall(),
)

# Up to where a tenant's log has taken in the feed of each service.
audit_sources = record(
    "audit_sources",
    METADATA,
    key("source"),
    integer("epoch"),
    bigint("xid"),
    bigint("place"),
    wall=plumbing_wall(),
)

audit_heads = record(
    "audit_heads",
    METADATA,
    Column("number", BigInteger, primary_key=True),
    bigint("size"),
    text("root"),
    text("previous", null=True),
    instant("sealed_at"),
    text("key_id"),
    text("signature"),
    wall=plumbing_wall(),
)

sealing_keys = Table(
    "sealing_keys",
    METADATA,
    Column("key_id", Text(collation="C"), primary_key=True),
    text("status", check=("active", "retired")),
    sealed("sealed", purpose="sealing key {key_id}"),
    text("public"),
    instant("created_at"),
    instant("retired_at", null=True),
    Index("sealing_keys_one_active", "status", unique=True, postgresql_where=sql("status = 'active'")),
    info={"wall": plumbing_wall(), "audited": False},
)
