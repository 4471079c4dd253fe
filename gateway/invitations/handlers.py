"""Inviting the people of partners, as the partners service says."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from gateway.accounts import commands as account_commands
from gateway.accounts import queries
from gateway.accounts.tables import accounts, memberships
from gateway.credentials import commands as credentials
from gateway.departures import commands as departures
from gateway.invitations import commands
from gateway.sessions import commands as sessions
from gateway.tokens.issuer import Issuer
from shared.db.tx import Tx
from shared.errors import NotFound
from shared.events.catalog.partners import UserInvited
from shared.events.envelope import Envelope
from shared.events.inbox import Subscription, on


@dataclass(frozen=True, slots=True)
class Person:
    """What the mail to a person needs, which events carry none of, and what the person is by now."""

    given_name: str
    family_name: str
    email: str
    roles: list[str]
    status: str
    version: int

    @property
    def has_left(self) -> bool:
        """Whether somebody has taken the person's access away since."""
        return self.status == "deactivated"


def subscriptions(issuer: Issuer) -> Sequence[Subscription]:
    """Return what invites people."""

    async def invite(tx: Tx, event: UserInvited, envelope: Envelope) -> None:
        """Give the person an account and a place, and mail the invitation; what is known to be older changes nothing.

        The place is as new as the person is by now: other roles and a leave that arrive later, or came before, are in it.
        """
        known = await tx.first(queries.OF_PERSON, person=event.person_id, partner=event.partner_id)
        if known is not None and known["version"] >= envelope.subject_version:
            return
        person = await _person(tx, event.person_id)
        account_id = await _account_of(tx, person)
        account = await tx.lock(accounts, account_id)
        place = await tx.first(queries.PLACE, account=account_id, partner=event.partner_id)
        acts_already = place is not None and place["status"] == "active" and account["status"] == "active"
        if place is not None and (person.has_left or set(place["roles"]) != set(person.roles)):
            await sessions.end_of_account(
                tx, issuer, account_id=account_id, partner_id=event.partner_id, reason="roles_changed"
            )
        await tx.put(
            memberships,
            account_id=account_id,
            partner_id=event.partner_id,
            person_id=event.person_id,
            roles=person.roles,
            status="deactivated" if person.has_left else "active" if acts_already else "invited",
            last_used_at=place["last_used_at"] if place is not None else None,
            version=person.version,
        )
        if person.has_left:
            await departures.shut_without_place(tx, issuer, account_id=account_id)
        elif not acts_already:
            await commands.send(tx, issuer, account, partner_id=event.partner_id, person_id=event.person_id)

    return [on("partners", UserInvited, invite)]


async def _account_of(tx: Tx, person: Person) -> str:
    """Return the account with the person's mail address, made now if there is none, invited anew if it was shut."""
    address = person.email.lower()
    account_id = await credentials.account_with(tx, email=address)
    if account_id is None:
        made = await account_commands.create(
            tx, email=address, given_name=person.given_name, family_name=person.family_name, kind="partner"
        )
        return str(made["id"])
    row = await tx.lock(accounts, account_id)
    if row["status"] == "deactivated" and row["kind"] == "partner" and not person.has_left:
        await tx.update(accounts, row, status="invited")
    return account_id


async def _person(tx: Tx, person_id: str) -> Person:
    """Ask the partners service who a person is; raises NotFound, which parks the event where it can be seen."""
    answer = await tx.database.peers["partners"].get("/internal/people", query=f"tenant={tx.tenant_id}&id={person_id}")
    if answer.status != 200:
        raise NotFound("The partners service does not know this person.")
    document = answer.json()
    known: dict[str, Any] = document["data"]
    return Person(
        given_name=known["given_name"],
        family_name=known["family_name"],
        email=known["email"],
        roles=known["roles"],
        status=known["status"],
        version=document["version"],
    )
