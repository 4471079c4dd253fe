"""A copy of the tenant's calendars. Filled by events of the gateway; nobody else writes here."""

from services.deals.metadata import METADATA
from shared.db.columns import bigint, document, flag, key, record, text
from shared.db.walls import tenant_wall

calendars = record(
    "calendars",
    METADATA,
    key("code"),
    bigint("version"),
    text("time_zone"),
    document("hours"),
    document("holidays"),
    flag("is_default"),
    text("status"),
    wall=tenant_wall(),
)
