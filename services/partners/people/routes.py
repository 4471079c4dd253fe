"""People over HTTP."""

from typing import Any

from services.partners.internal import given, looking_up, parameters
from services.partners.partners.rules import PartnerReadOnly
from services.partners.people import commands, queries
from services.partners.people.appointing import require_may_appoint
from services.partners.people.queries import PEOPLE
from services.partners.people.rules import LastAdmin
from services.partners.people.schemas import PersonIn, PersonOut, PersonPatch
from services.partners.people.tables import people
from shared.auth.granting import BeyondOwnRights
from shared.db.pool import Database
from shared.db.resource import Row
from shared.errors import NotFound
from shared.web.models import ReasonIn
from shared.web.params import Http, Now, Principal, Tx, Version
from shared.web.router import Router

router = Router("people")
router.lists(PEOPLE, PersonOut, summary="People of the partners the caller may see, newest first.")
router.reads(PEOPLE, PersonOut, summary="One person.")


@router.post(
    permission="people:write",
    returns=PEOPLE,
    out=PersonOut,
    status=201,
    problems=[commands.EmailTaken, NotFound, PartnerReadOnly, BeyondOwnRights],
)
async def create_person(body: PersonIn, tx: Tx, caller: Principal) -> Row:
    """Add a person to a partner, without writing to them yet."""
    return await commands.create_from(tx, body, caller=caller)


@router.patch(
    permission="people:write",
    returns=PEOPLE,
    out=PersonOut,
    problems=[commands.EmailTaken, LastAdmin, PartnerReadOnly, BeyondOwnRights],
)
async def patch_person(id: str, body: PersonPatch, tx: Tx, caller: Principal, version: Version) -> Row:  # noqa: A002
    """Change a person's details or roles; nobody gives or takes roles that may do more than they may themselves."""
    changes = body.changes()
    # Whose address it is decides who will be invited: like the roles themselves.
    if changes.keys() & {"roles", "email"}:
        before = (await tx.fetch(people, id))["roles"]
        await require_may_appoint(tx, [*before, *changes.get("roles", ())], caller=caller)
    return await commands.change(tx, person_id=id, version=version, **changes)


@router.post(
    "/{id}/invite",
    permission="people:write",
    returns=PEOPLE,
    out=PersonOut,
    problems=[PartnerReadOnly, BeyondOwnRights],
)
async def invite_person(id: str, tx: Tx, caller: Principal, version: Version) -> Row:  # noqa: A002
    """Send the person an invitation to sign in."""
    await require_may_appoint(tx, (await tx.fetch(people, id))["roles"], caller=caller)
    return await commands.invite(tx, person_id=id, version=version)


@router.post("/{id}/deactivate", permission="people:write", returns=PEOPLE, out=PersonOut, problems=[LastAdmin])
async def deactivate_person(
    id: str,  # noqa: A002
    tx: Tx,
    version: Version,
    body: ReasonIn = ReasonIn(),
) -> Row:
    """End a person's access; the last administrator stays."""
    return await commands.deactivate(tx, person_id=id, version=version)


def internal(database: Database) -> Router:
    """Return the route by which the gateway looks up whom to invite."""
    lookup = Router("people", prefix="/internal")

    @lookup.get(permission=None, in_spec=False, query=parameters("tenant", "id"))
    async def look_up_person(request: Http, now: Now) -> dict[str, Any]:
        """Return `{"version", "data"}` of a person: name, address, roles, status and locale."""
        async with looking_up(database, request, now=now, action="look_up_person") as tx:
            row = await tx.fetch(people, given(request, "id"))
        return {"version": row["version"], "data": queries.contact(row)}

    return lookup
