"""Keeping the directory up to date."""

from services.deals.directory import queries
from services.deals.directory.tables import partner_statuses, visibility_versions
from shared.db.tx import Tx
from shared.events.catalog.partners import PartnerDirectory, VisibilityChanged
from shared.events.envelope import Envelope


async def on_partner(tx: Tx, event: PartnerDirectory, envelope: Envelope) -> None:
    """Keep a partner's state and when it took on its status; any order and any repetition give the same."""
    await queries.store(tx, event, version=envelope.subject_version)
    await tx.put(
        partner_statuses,
        partner_id=event.partner_id,
        version=envelope.subject_version,
        status=event.status,
        since=envelope.time,
    )


async def on_visibility(tx: Tx, event: VisibilityChanged, envelope: Envelope) -> None:
    """Replace what a viewer reaches, unless newer is known."""
    if not await tx.project(visibility_versions, version=envelope.subject_version, viewer=event.viewer):
        return
    visible = tx.database.tables.visible
    await tx.remove(visible, viewer=event.viewer)
    for partner_id, level in event.partners.items():
        await tx.put(visible, viewer=event.viewer, partner_id=partner_id, level=level)
