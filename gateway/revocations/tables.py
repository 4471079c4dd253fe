"""Revoked ids in the order of their commits."""

from sqlalchemy import BigInteger, Column, Identity, Table

from gateway.metadata import METADATA
from shared.db.columns import identifier, instant
from shared.db.walls import plumbing_wall

revocations = Table(
    "revocations",
    METADATA,
    Column("position", BigInteger, Identity(always=True), primary_key=True),
    identifier("revoked_id"),
    instant("until"),
    info={"wall": plumbing_wall("insert"), "audited": False},
)
