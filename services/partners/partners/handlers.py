"""What falls due for partners."""

from collections.abc import Mapping
from typing import Any

from services.partners.partners.commands import end_if_due
from services.partners.partners.tiering import refresh_tier
from shared.db.tx import Tx


async def termination_due(tx: Tx, subject: str, arguments: Mapping[str, Any]) -> None:
    """End a partnership on its announced day."""
    await end_if_due(tx, partner_id=subject, reason=arguments["reason"])


async def tier_begins(tx: Tx, subject: str, arguments: Mapping[str, Any]) -> None:
    """Show a tier from its first day."""
    await refresh_tier(tx, partner_id=arguments["partner_id"])
