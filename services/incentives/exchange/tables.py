"""Exchange rates."""

from sqlalchemy import Index, UniqueConstraint

from services.incentives.metadata import METADATA
from shared.db.columns import day, decimal, entity, text
from shared.db.walls import tenant_wall

exchange_rates = entity(
    "exchange_rates",
    METADATA,
    text("base"),
    text("quote"),
    decimal("rate"),
    day("effective_on"),
    UniqueConstraint("tenant_id", "base", "quote", "effective_on", name="exchange_rates_day"),
    Index("exchange_rates_newest", "tenant_id", "created_at", "id"),
    wall=tenant_wall(),
)
