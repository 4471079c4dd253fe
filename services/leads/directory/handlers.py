"""Reactions to what partners and deals publish about themselves."""

from services.leads.directory import commands
from services.leads.directory.tables import visibility_versions
from shared.db.tx import Tx
from shared.events.catalog.deals import ProductFamilyState
from shared.events.catalog.partners import VisibilityChanged
from shared.events.envelope import Envelope

# Edges at these levels show sums or nothing; the wall opens records, so they are not kept.
_WITHOUT_RECORDS = frozenset({"none", "aggregate"})


async def keep_family(tx: Tx, event: ProductFamilyState, envelope: Envelope) -> None:
    """Keep the newest state of a product family."""
    await commands.keep_family(tx, event, version=envelope.subject_version)


async def keep_visibility(tx: Tx, event: VisibilityChanged, envelope: Envelope) -> None:
    """Replace what a viewer reaches, unless a newer state is known."""
    if not await tx.project(visibility_versions, viewer=event.viewer, version=envelope.subject_version):
        return
    visible = tx.database.tables.visible
    await tx.remove(visible, viewer=event.viewer)
    for partner_id, level in event.partners.items():
        if level not in _WITHOUT_RECORDS:
            await tx.add(visible, viewer=event.viewer, partner_id=partner_id, level=level)
