"""Somebody with each shipped role, signed in for real, who comes through the gateway's door."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from gateway.edge.app import Edge
from shared.web.peer import Answer, call
from tests.gateway import make as identity
from tests.gateway.doors import door_of
from tests.isolation.permissions import roles
from tests.isolation.place import Place
from tests.partners.make import assigned
from tests.system import Client, System


@dataclass
class AtTheDoor(System):
    """The same system, entered through the gateway's edge."""

    edge: Edge | None = None

    async def send(self, method: str, path: str, *, query: str, headers: dict[str, str], body: bytes) -> Answer:
        """Send a request as the world does."""
        assert self.edge is not None
        return await call(self.edge, method, path, query=query, headers=headers, body=body)


def door(system: System) -> AtTheDoor:
    """The gateway's edge in front of the running apps; nobody is slowed down there."""
    edge = door_of(system.apps["gateway"], system.apps)
    return AtTheDoor(**{each.name: getattr(system, each.name) for each in fields(System)}, edge=edge)


@dataclass(frozen=True)
class Staffed:
    """A place, a caller for each shipped role in it, and by side one who has all scopes there are."""

    place: Place
    callers: Mapping[str, Client]
    everything: Mapping[str, Client]


async def staffed(place: Place) -> Staffed:
    """Hire somebody for each role, at the vendor and at the partner of the place; all come through the door."""
    entrance, tenant = door(place.tenant.system), place.tenant
    callers = {role: await hired(place, role, side=side) for role, side in roles().items()}
    # Who reaches assigned partners works with this one.
    await assigned(place.vendor, callers["channel_manager"].account_id, str(place.partner.partner_id))
    await tenant.system.settle()
    everything = {"vendor": tenant.vendor("*:*"), "partner": tenant.partner(str(place.partner.partner_id), "*:*")}
    for each in (*callers.values(), *everything.values()):
        each.system = entrance
    for role in ("tenant_admin", "partner_admin"):
        await place.makes(callers[role], "/v1/second-factors", {"name": role, "password": identity.PASSWORD})
    return Staffed(place, callers, everything)


async def hired(place: Place, role: str, *, side: str) -> Client:
    """Somebody new with this role, signed in."""
    tenant = place.tenant
    if side == "partner":
        client, _, _ = await identity.seller(tenant, partner_id=place.partner.partner_id, roles=(role,))
        return client
    email = identity.address(role.replace("_", "-"))
    body: dict[str, Any] = {"email": email, "given_name": role, "family_name": role, "roles": [role]}
    made = await place.makes(place.vendor, "/v1/accounts", body)
    await place.does(place.vendor, f"/v1/accounts/{made['id']}", "invite")
    grant = await identity.accept(tenant, await identity.token_mailed(tenant, email))
    assert grant.status == 201, grant.json
    return identity.caller(tenant, grant)
