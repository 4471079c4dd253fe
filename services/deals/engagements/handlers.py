"""What engagements do when time passes, and when their deal changes."""

from collections.abc import Mapping
from typing import Any, Final

from services.deals.engagements import commands, sharing
from services.deals.engagements.rules import OPEN_DEALS
from services.deals.registrations.tables import deals
from services.deals.share_templates.rules import COLUMNS
from shared.db.following import follow_changes
from shared.db.resource import Row
from shared.db.tx import Tx
from shared.events.catalog.partners import PartnerDirectory
from shared.events.envelope import Envelope

HANDED_OVER: Final = "deal_handed_over"


async def invitation_runs_out(tx: Tx, subject: str, _: Mapping[str, Any]) -> None:
    """End an invitation that was not answered in time."""
    await commands.run_out(tx, engagement_id=subject)


async def handed_over(tx: Tx, deal_id: str, _: Mapping[str, Any]) -> None:
    """End the engagements that a deal still has which went to another partner before that ended them."""
    deal = await tx.lock(deals, deal_id)
    if deal["status"] == "transferred":
        await commands.close_for_transfer(tx, deal_id)


async def on_partner_ended(tx: Tx, event: PartnerDirectory, _: Envelope) -> None:
    """End what a partner takes part in when it is terminated."""
    if event.status == "terminated":
        await commands.follow_termination(tx, event.partner_id)


async def deal_changed(tx: Tx, before: Row, after: Row) -> None:
    """Keep who takes part in a deal, and what they are shown, in step with it; a deal that nobody was ever to join costs nothing."""
    if after["engaged_at"] is None:
        return
    ends = before["status"] in OPEN_DEALS and after["status"] not in OPEN_DEALS
    if ends and after["status"] == "transferred":
        async with tx.as_engine("engagements of a deal that is handed over end, whoever takes part"):
            await commands.close_for_transfer(tx, after["id"])
        return
    if ends:
        async with tx.as_engine("nobody joins a deal that has ended without a sale"):
            await commands.withdraw_unanswered(tx, after["id"])
    if any(before[name] != after[name] for name in COLUMNS):
        async with tx.as_engine("whoever takes part in a deal is shown it as it is now"):
            await sharing.refresh(tx, after)


follow_changes(deals, by=deal_changed)
