"""What engagements do when time passes, and when their deal changes."""

from collections.abc import Mapping
from typing import Any

from services.deals.engagements import commands, sharing
from services.deals.engagements.queries import live_of_deal
from services.deals.registrations.tables import deals
from services.deals.share_templates.rules import COLUMNS
from shared.db.following import follow_changes
from shared.db.resource import Row
from shared.db.tx import Tx


async def invitation_runs_out(tx: Tx, subject: str, _: Mapping[str, Any]) -> None:
    """End an invitation that was not answered in time."""
    await commands.run_out(tx, engagement_id=subject)


async def deal_changed(tx: Tx, before: Row, after: Row) -> None:
    """Keep what others are shown of a deal in step with it; a deal that nobody was ever invited to costs nothing."""
    if after["engaged_at"] is None:
        return
    if before["partner_id"] != after["partner_id"]:
        async with tx.as_engine("engagements of a deal that is handed over end, whoever takes part"):
            for row in await live_of_deal(tx, after["id"]):
                await commands.close_for_transfer(tx, row)
    elif any(before[name] != after[name] for name in COLUMNS):
        async with tx.as_engine("whoever takes part in a deal is shown it as it is now"):
            await sharing.refresh(tx, after)


follow_changes(deals, by=deal_changed)
