"""Keeping the directory up to date."""

from services.deals.directory import queries
from services.deals.directory.tables import partner_statuses, territories, tier_programs
from shared.db.tx import Tx
from shared.events.catalog.leads import TerritoryState
from shared.events.catalog.partners import PartnerDirectory, TierState
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


async def on_tier(tx: Tx, event: TierState, envelope: Envelope) -> None:
    """Keep which program a tier belongs to."""
    await tx.project(tier_programs, version=envelope.subject_version, tier=event.code, program=event.program)


async def on_territory(tx: Tx, event: TerritoryState, envelope: Envelope) -> None:
    """Keep which countries a territory has."""
    await tx.project(territories, version=envelope.subject_version, code=event.code, countries=event.countries)
