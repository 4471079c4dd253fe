"""Giving a licence to another partner of record, as when the one it has is no partner any more."""

from services.deals.directory.queries import active_partner
from services.deals.installed_base.tables import licences
from services.deals.licences.commands import held_running
from services.deals.licences.renewals import close_renewal, renewal_held_by
from services.deals.licences.rules import OF_TIERS
from services.deals.licences.schemas import LicenceTransferIn
from services.deals.licences.timers import remind_of
from services.deals.registrations.rules import LICENCE_TRANSFERRED
from shared.auth.principal import Caller
from shared.db.resource import Row
from shared.db.tx import Tx
from shared.errors import Fault, Invalid, InvalidTransition
from shared.events.catalog.licences import LicenceLeft, LicenceTransferred


async def transfer(tx: Tx, body: LicenceTransferIn, *, licence_id: str, version: int | None, caller: Caller) -> Row:
    """Make another partner that is active partner of record; what is invoiced from now on is its, and so is the renewal.

    A renewal that the former partner had under way is closed, and prepared anew; one that has gone to the new one before stays.
    Raises LicenceEnded, PartnerNotActive.
    """
    row = await held_running(tx, licence_id, action="transfer", version=version, caller=caller)
    if row["kind"] in OF_TIERS:
        raise InvalidTransition("What a partner has free for itself is not given to another.")
    if body.to_partner_id == row["partner_id"]:
        raise Invalid(errors=[Fault("/to_partner_id", "same_partner", "This partner is partner of record already.")])
    partner = await active_partner(tx, body.to_partner_id)
    renewal_id = await renewal_held_by(tx, row, partner_id=partner.id)
    if renewal_id is None:
        await close_renewal(tx, row, reason=LICENCE_TRANSFERRED)
    given = await tx.update(
        licences,
        row,
        status="active" if row["status"] == "renewing" and renewal_id is None else row["status"],
        partner_id=partner.id,
        # It was sold by a deal of the former partner, and whoever has a share of that earns nothing by what comes now.
        deal_id=None,
        renewal_deal_id=renewal_id,
    )
    await remind_of(tx, given)
    # Neither learns who the other is.
    transferred = LicenceTransferred(licence_id=licence_id, partner_id=partner.id, ends_on=row["ends_on"])
    tx.emit(transferred, subject=given, audience=[partner.id])
    tx.emit(
        LicenceLeft(licence_id=licence_id, partner_id=row["partner_id"]), subject=given, audience=[row["partner_id"]]
    )
    return given
