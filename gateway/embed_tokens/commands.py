"""Minting tokens for pages in browsers."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from gateway.accounts.queries import memberships_of
from gateway.accounts.rules import Membership
from gateway.accounts.standings import require_partner
from gateway.roles import queries as role_queries
from gateway.roles.rules import common, require_within
from gateway.sign_in.rules import scopes as scopes_in
from gateway.tokens.issuer import Grantee, Issuer
from shared.auth.principal import Caller
from shared.db.tx import Tx
from shared.errors import Fault, Forbidden, Invalid

# With these a page could make something that outlives it.
_NEVER: Final = frozenset(
    ("sessions", "embed-tokens", "api-keys", "oauth-clients", "accounts", "roles", "people", "webhook-endpoints")
)


@dataclass(frozen=True, slots=True)
class Embedded:
    """A token for a page, and what it is good for."""

    token: str
    scopes: tuple[str, ...]
    partner_id: str


class NothingLeft(Invalid):
    """The person has none of these rights at this partner."""

    code, title = "nothing_left", "No rights left"


async def mint(
    tx: Tx,
    issuer: Issuer,
    *,
    partner_id: str | None,
    account_id: str | None,
    scopes: Sequence[str],
    origin: str,
    seconds: int,
    caller: Caller,
) -> Embedded:
    """Return a token of a partner for one origin, never wider than the caller or the person it is for.

    Raises BeyondOwnRights, Forbidden for another's partner, Invalid for an unknown partner or person, NothingLeft.
    """
    if caller.origin is not None:
        raise Forbidden("A page makes no tokens of its own.")
    faults = [
        Fault(f"/scopes/{place}", "not_embeddable", "What gives rights to others is not for a page.")
        for place, scope in enumerate(scopes)
        if scope.partition(":")[0] in _NEVER
    ]
    if faults:
        raise Invalid(errors=faults)
    home = _home(caller, partner_id)
    require_within(scopes, own=caller.scopes, vendor=False)
    standing = await require_partner(tx, home)
    place = await _place(tx, home, account_id) if account_id is not None else None
    granted = tuple(sorted(set(scopes)))
    version = caller.roles_version
    if place is not None:
        async with tx.as_engine("what a person may do at a partner is what their roles say"):
            version = await role_queries.version_of_roles(tx)
            own = await role_queries.scopes_of(tx, place.roles, side="partner")
        granted = common(scopes_in(own, standing=standing.status), granted, vendor=False)
    elif standing.status == "suspended":
        granted = tuple(each for each in granted if each.split(":")[1] == "read")
    if not granted:
        raise NothingLeft()
    grantee = Grantee(
        tenant_id=tx.tenant_id,
        mode=caller.mode,
        subject=account_id or caller.account_id,
        client_id=caller.client_id or caller.account_id,
        scopes=granted,
        partner_id=home,
        person_id=place.person_id if place is not None else None,
        session_id=caller.session_id,
        holder_id=caller.answerable_id,
        origin=origin,
        roles_version=version,
        standing_version=standing.version,
    )
    return Embedded(issuer.token(grantee, seconds=seconds), granted, home)


def _home(caller: Caller, partner_id: str | None) -> str:
    if caller.is_vendor:
        if partner_id is None:
            raise Invalid(errors=[Fault("/partner_id", "required", "Name the partner.")])
        return partner_id
    if caller.partner_id is None or partner_id not in (None, caller.partner_id):
        raise Forbidden("A token can be made for one's own partner only.")
    return caller.partner_id


async def _place(tx: Tx, partner_id: str, account_id: str) -> Membership:
    async with tx.as_engine("in which partners somebody works, no partner sees"):
        places = await memberships_of(tx, account_id)
    found = next((each for each in places if each.partner_id == partner_id and each.may_sign_in), None)
    if found is None:
        raise Invalid(errors=[Fault("/account_id", "unknown_account", "Nobody of this partner has this account.")])
    return found
