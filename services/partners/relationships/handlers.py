"""What falls due in the hierarchy."""

from collections.abc import Mapping
from typing import Any

from services.partners.relationships.commands import day_has_come, lapse_if_due
from shared.db.tx import Tx


async def day_comes(tx: Tx, subject: str, arguments: Mapping[str, Any]) -> None:
    """Begin and end relationships on their days."""
    await day_has_come(tx)


async def offer_lapses(tx: Tx, subject: str, arguments: Mapping[str, Any]) -> None:
    """End an offer that was not answered in time."""
    await lapse_if_due(tx, relationship_id=subject)
