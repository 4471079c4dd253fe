"""What accrual does about events of other services, and about its own timers."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from services.incentives.accrual import commands
from services.incentives.directory import commands as directory
from services.incentives.earnings import commands as earnings
from services.incentives.exchange.commands import ARRIVED
from shared.db.tx import Tx
from shared.events.catalog.attributions import AttributionSplit
from shared.events.catalog.deals import DealReturned, DealWon
from shared.events.catalog.licences import LicenceInvoiced, LicenceUnserved
from shared.events.catalog.orders import OrderCredited, OrderMatched, OrderReturned
from shared.events.catalog.partners import PartnerDirectory
from shared.events.envelope import Envelope

_AT_ONCE = 100
# The kind of credit whose shares are shares of what is earned.
PAID = "commission"


async def deal_won(tx: Tx, event: DealWon, envelope: Envelope) -> None:
    """Accrue a won deal."""
    await commands.accrue(tx, event)


async def deal_returned(tx: Tx, event: DealReturned, envelope: Envelope) -> None:
    """Take back what a return has earned."""
    await commands.take_back(tx, event, sale_id=event.deal_id)


async def order_matched(tx: Tx, event: OrderMatched, envelope: Envelope) -> None:
    """Accrue what was delivered or sold out on a deal."""
    await commands.count(tx, event)


async def order_returned(tx: Tx, event: OrderReturned, envelope: Envelope) -> None:
    """Take back what a return has earned of what was delivered or sold out."""
    await commands.take_back(tx, event, sale_id=event.match_id)


async def order_credited(tx: Tx, event: OrderCredited, envelope: Envelope) -> None:
    """Take back what a credit note has earned of what was delivered, or give it back where it is less than before."""
    await commands.take_back_credited(tx, event, version=envelope.subject_version)


async def licence_invoiced(tx: Tx, event: LicenceInvoiced, envelope: Envelope) -> None:
    """Accrue a recurring invoice of a licence."""
    await commands.bill(tx, event)


async def licence_unserved(tx: Tx, event: LicenceUnserved, envelope: Envelope) -> None:
    """Take back what an invoice has earned for days that its licence is not served."""
    await commands.take_back_unserved(tx, event)


async def deal_shared(tx: Tx, event: AttributionSplit, envelope: Envelope) -> None:
    """Share what is earned on a deal; the other kinds of credit are not paid."""
    if event.credit_type == PAID:
        await commands.share(tx, event)


async def partner_changed(tx: Tx, event: PartnerDirectory, envelope: Envelope) -> None:
    """Keep the partner; hold or release its earnings, and decide anew sales that this knowledge changes."""
    change = await directory.store(tx, event, version=envelope.subject_version)
    if change.is_suspended and not change.was_suspended:
        await earnings.hold(tx, partner_id=event.partner_id)
    elif change.was_suspended and not change.is_suspended:
        await earnings.release(tx, partner_id=event.partner_id)
    if change.tier_since is not None or not change.was_known:
        await commands.reconsider_partner(tx, partner_id=event.partner_id, since=change.tier_since or date.max)


async def exchange_rate_arrived(tx: Tx, subject: str, arguments: Mapping[str, Any]) -> None:
    """Accrue the sales that waited for the rate of a pair, some at a time."""
    last = await commands.accrue_waiting(
        tx, currency=subject.partition("/")[0], after=arguments.get("after", ""), most=_AT_ONCE
    )
    if last is not None:
        await tx.remind(ARRIVED, subject=subject, at=tx.now, after=last)
