"""Second factors of people. The seed is sealed, and apart: what is audited says nothing of it."""

from sqlalchemy import Index
from sqlalchemy import text as sql

from gateway.keys.sealing import sealed
from gateway.metadata import METADATA
from gateway.second_factors.lifecycle import LIFECYCLE
from shared.db.columns import bigint, entity, identifier, instant, key, record, text
from shared.db.walls import plumbing_wall

second_factors = entity(
    "second_factors",
    METADATA,
    identifier("account_id"),
    text("kind", check=("totp",)),
    text("name"),
    text("status", check=LIFECYCLE.states),
    instant("confirmed_at", null=True),
    Index("second_factors_account", "tenant_id", "account_id", "created_at", "id"),
    Index(
        "second_factors_one_active", "tenant_id", "account_id", unique=True, postgresql_where=sql("status = 'active'")
    ),
    wall=plumbing_wall("all"),
)

# `last_step` is the time step of the last code that was taken: neither it nor an earlier one is taken again.
totp_seeds = record(
    "totp_seeds",
    METADATA,
    key("factor_id"),
    sealed("sealed", purpose="totp {factor_id}"),
    bigint("last_step"),
    wall=plumbing_wall(),
)
