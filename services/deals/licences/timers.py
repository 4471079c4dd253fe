"""What happens to licences by itself: the renewal is prepared in time, and the end is noticed."""

from collections.abc import Mapping
from typing import Any, Final

from services.deals.directory.queries import Partner, partner_of
from services.deals.installed_base.lifecycle import RUNNING
from services.deals.installed_base.tables import licences
from services.deals.licences.renewals import leave_renewal
from services.deals.licences.rules import has_ended, midnight, renews_at
from services.deals.registrations.commands import draft
from services.deals.registrations.on_behalf import submit_or_leave
from services.deals.screening.schemas import CustomerIn
from shared.db.pool import Record
from shared.db.resource import Row
from shared.db.tx import Tx
from shared.events.catalog.licences import LicenceLapsed, LicenceRenewing

RENEWS: Final = "licence_renews"
ENDS: Final = "licence_ends"


async def remind_of(tx: Tx, row: Row) -> None:
    """Set the timers of a licence: for its renewal, where it is paid for and has one, and for its end."""
    zone = row["time_zone"]
    renewal = renews_at(row["ends_on"], lead_days=row["renewal_lead_days"], zone=zone)
    if row["kind"] == "commercial" and renewal is not None:
        await tx.remind(RENEWS, subject=row["id"], at=max(renewal, tx.now))
    await tx.remind(ENDS, subject=row["id"], at=midnight(row["ends_on"], zone))


async def forget(tx: Tx, licence_id: str) -> None:
    """Take the timers of a licence away."""
    for kind in (RENEWS, ENDS):
        await tx.forget(kind, subject=licence_id)


async def prepare_renewal(tx: Tx, licence_id: str, _: Mapping[str, Any]) -> None:
    """Register a deal of the partner of record for the next term; as the engine, from a timer.

    A licence that has ended meanwhile gets none, and one whose term has changed is looked at again in time. Nor is there one for a
    partner that is none any more: it is prepared for whomever the licence is given to.
    """
    row = await tx.lock(licences, licence_id)
    due = renews_at(row["ends_on"], lead_days=row["renewal_lead_days"], zone=row["time_zone"])
    if row["status"] != "active" or due is None or has_ended(row["ends_on"], zone=row["time_zone"], at=tx.now):
        return
    if due > tx.now:
        await tx.remind(RENEWS, subject=licence_id, at=due)
        return
    partner = await partner_of(tx, row["partner_id"])
    if partner.status == "terminated":
        return
    deal_id = await _register(tx, row, partner=partner)
    renewing = await tx.update(licences, row, status="renewing", renewal_deal_id=deal_id)
    event = LicenceRenewing(
        licence_id=licence_id, partner_id=row["partner_id"], deal_id=deal_id, ends_on=row["ends_on"]
    )
    tx.emit(event, subject=renewing, audience=[row["partner_id"]])


async def lapse(tx: Tx, licence_id: str, _: Mapping[str, Any]) -> None:
    """Notice that a licence has ended. Its date ended it; this only says so, early or late."""
    row = await tx.lock(licences, licence_id)
    if row["status"] not in RUNNING:
        return
    if not has_ended(row["ends_on"], zone=row["time_zone"], at=tx.now):
        await tx.remind(ENDS, subject=licence_id, at=midnight(row["ends_on"], row["time_zone"]))
        return
    lapsed = await tx.update(licences, row, status="lapsed")
    event = LicenceLapsed(licence_id=licence_id, partner_id=row["partner_id"], ends_on=row["ends_on"])
    tx.emit(event, subject=lapsed, audience=[row["partner_id"]])
    await leave_renewal(tx, lapsed)


async def _register(tx: Tx, row: Record, *, partner: Partner) -> str:
    """Register the renewal and return its deal: the one that stands, where the partner had registered the same already."""
    deal = await draft(
        tx,
        deal_id=tx.new_id("deal"),
        partner=partner,
        title=f"{row['customer_name'][:150]}: {row['sku']}, {row['ends_on']}",
        customer=CustomerIn.model_construct(
            name=row["customer_name"],
            domain=row["customer_domain"],
            country=row["customer_country"],
            tax_id=row["customer_tax_id"],
        ),
        product_family=row["product_family"],
        amount=row["amount"] or None,
        currency=row["currency"] if row["amount"] else None,
        expected_close_on=row["ends_on"],
        metadata={},
        created_by=row["created_by"],
    )
    submitted = await submit_or_leave(tx, deal)
    return str(submitted["duplicate_of"] or submitted["id"])
