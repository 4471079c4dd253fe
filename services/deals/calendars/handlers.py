"""Keeping the copies of calendars up to date."""

from services.deals.calendars.queries import store
from shared.db.tx import Tx
from shared.events.catalog.gateway import CalendarState
from shared.events.envelope import Envelope


async def on_calendar(tx: Tx, event: CalendarState, envelope: Envelope) -> None:
    """Keep the newest state of a calendar; deadlines that were counted by an older one stay."""
    await store(tx, event, version=envelope.subject_version)
