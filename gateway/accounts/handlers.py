"""What the partners service says of its people and partners, and what follows for their access."""

from collections.abc import Mapping, Sequence
from typing import Final

from gateway.accounts import commands, queries
from gateway.accounts.tables import partner_standings
from gateway.revocations.commands import revoke
from gateway.sessions import commands as sessions
from gateway.sessions.schemas import EndReason
from gateway.tokens.issuer import Issuer
from shared.auth.revocations import stood_before
from shared.db.tx import Tx
from shared.events.catalog.partners import PartnerDirectory, UserRolesChanged
from shared.events.envelope import Envelope
from shared.events.inbox import Subscription, on

# What standing of a partner ends the sessions of its people.
_ENDED_BY: Final[Mapping[str, EndReason]] = {"suspended": "partner_suspended", "terminated": "partner_terminated"}


def subscriptions(issuer: Issuer) -> Sequence[Subscription]:
    """Return what changes the access of people who have accounts."""

    async def change_roles(tx: Tx, event: UserRolesChanged, envelope: Envelope) -> None:
        row = await tx.first(queries.OF_PERSON, person=event.person_id, partner=event.partner_id)
        if row is None or row["version"] >= envelope.subject_version:
            return
        await commands.keep_membership(tx, row, roles=event.roles, version=envelope.subject_version)
        if set(event.roles) != set(row["roles"]):
            await sessions.end_of_account(
                tx, issuer, account_id=row["account_id"], partner_id=event.partner_id, reason="roles_changed"
            )

    async def keep_standing(tx: Tx, event: PartnerDirectory, envelope: Envelope) -> None:
        known = await queries.standing_of(tx, event.partner_id)
        before = known.status if known is not None else None
        newer = await tx.project(
            partner_standings, partner_id=event.partner_id, status=event.status, version=envelope.subject_version
        )
        if not newer or before == event.status:
            return
        if event.status in _ENDED_BY:
            await sessions.end_of_partner(tx, issuer, partner_id=event.partner_id, reason=_ENDED_BY[event.status])
        if event.status in _ENDED_BY or before in _ENDED_BY:
            # Keys and apps get new tokens, with what is left to the partner, or what it has again.
            await revoke(tx, issuer, [stood_before(event.partner_id, envelope.subject_version)])

    return [
        on("partners", UserRolesChanged, change_roles),
        on("partners", PartnerDirectory, keep_standing),
    ]
