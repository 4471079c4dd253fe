"""Builders of the sandbox tests: a live vendor, its administrator, and the sandbox that they enter."""

from dataclasses import dataclass

from tests.gateway.make import Vendor, caller, sign_in, vendor
from tests.system import Client, Response, System, Tenant


async def enters(boss: Client, session_id: str) -> Response:
    """Ask to enter the sandbox from a session."""
    return await boss.post(f"/v1/sessions/{session_id}/enter-sandbox", if_match="*")


async def sandbox_of(tenant: Tenant) -> Tenant:
    """The sandbox of a live tenant."""
    [shown] = (await tenant.vendor("tenants:read").get("/v1/tenants")).json["data"]
    return Tenant(tenant.system, shown["twin"]["id"], shown["twin"]["slug"], shown["twin"]["mode"])


@dataclass
class Both:
    """A live vendor whose administrator is signed in there and in the sandbox."""

    office: Vendor
    grant: Response
    live: Client
    entered: Response
    sandbox: Tenant
    test: Client


async def both(system: System) -> Both:
    """A live vendor, entered."""
    office = await vendor(system, mode="live")
    grant = await sign_in(office.tenant, office.email)
    live = caller(office.tenant, grant)
    sandbox = await sandbox_of(office.tenant)
    entered = await enters(live, grant["session_id"])
    assert entered.status == 201, entered.json
    return Both(office, grant, live, entered, sandbox, caller(sandbox, entered))
