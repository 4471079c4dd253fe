"""Reactions to what partners and deals publish about themselves."""

from services.leads.directory import commands
from shared.db.tx import Tx
from shared.events.catalog.deals import ProductFamilyState
from shared.events.envelope import Envelope


async def keep_family(tx: Tx, event: ProductFamilyState, envelope: Envelope) -> None:
    """Keep the newest state of a product family."""
    await commands.keep_family(tx, event, version=envelope.subject_version)
