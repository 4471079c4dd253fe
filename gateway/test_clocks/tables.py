"""The clocks of test tenants, one each."""

from sqlalchemy import Index

from gateway.metadata import METADATA
from shared.db.columns import bigint, entity
from shared.db.walls import vendor_wall

test_clocks = entity(
    "test_clocks",
    METADATA,
    bigint("offset_seconds"),
    Index("test_clocks_one", "tenant_id", unique=True),
    Index("test_clocks_newest", "tenant_id", "created_at", "id"),
    wall=vendor_wall(),
)
