"""What the gateway tells of people."""

from services.partners.people.commands import signed_up
from shared.db.tx import Tx
from shared.events.catalog.gateway import PersonSignedUp
from shared.events.envelope import Envelope


async def person_signed_up(tx: Tx, event: PersonSignedUp, envelope: Envelope) -> None:
    """Mark an invited person as active; accounts of the vendor's own staff are not people of a partner."""
    if event.person_id is None:
        return
    await signed_up(tx, person_id=event.person_id)
