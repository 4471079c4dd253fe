"""What follows when the partners service says that somebody has left a partner."""

from collections.abc import Sequence

from gateway.accounts import commands as accounts
from gateway.accounts import queries
from gateway.departures import commands
from gateway.departures.held import end_held
from gateway.sessions import commands as sessions
from gateway.tokens.issuer import Issuer
from shared.db.tx import Tx
from shared.events.catalog.partners import UserDeactivated
from shared.events.envelope import Envelope
from shared.events.inbox import Subscription, on


def subscriptions(issuer: Issuer) -> Sequence[Subscription]:
    """Return what ends the access of people who leave."""

    async def leave(tx: Tx, event: UserDeactivated, envelope: Envelope) -> None:
        row = await tx.first(queries.OF_PERSON, person=event.person_id, partner=event.partner_id)
        if row is None or row["version"] >= envelope.subject_version:
            return
        await accounts.keep_membership(tx, row, status="deactivated", version=envelope.subject_version)
        await sessions.end_of_account(
            tx, issuer, account_id=row["account_id"], partner_id=event.partner_id, reason="person_deactivated"
        )
        await end_held(tx, issuer, account_id=row["account_id"], partner_id=event.partner_id)
        await commands.shut_without_place(tx, issuer, account_id=row["account_id"])

    return [on("partners", UserDeactivated, leave)]
