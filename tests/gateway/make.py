"""Builders of the identity tests: tenants with staff, people of partners, and callers who really sign in."""

import base64
import uuid
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from gateway.bootstrap import Staff, found_tenant
from gateway.identity.identity import Identity
from gateway.mail.queries import SentMail, newest
from gateway.request_logs.recorder import Answered
from shared import clock
from shared.auth.principal import FIRST_PARTY, Caller
from tests.partners.make import person, working_partner
from tests.system import Client, Response, System, Tenant

PASSWORD = "correct horse battery"


@dataclass(frozen=True, slots=True)
class Vendor:
    """A tenant that can be signed in to, and the address of its administrator."""

    tenant: Tenant
    email: str
    account_id: str

    async def admin(self) -> Client:
        """The administrator, signed in."""
        return await signed_in(self.tenant, self.email)


def address(name: str = "boss") -> str:
    """A mail address that no other test uses."""
    return f"{name}.{uuid.uuid4().hex[:10]}@vendor.example"


async def vendor(
    system: System, *, roles: tuple[str, ...] = ("tenant_admin",), mode: str = "test", email: str | None = None
) -> Vendor:
    """A tenant with the shipped roles and one member of the staff."""
    slug, mail = f"v-{uuid.uuid4().hex[:12]}", email or address()
    staff = Staff(mail, PASSWORD, "Ildikó", "Szabó", roles)
    made = await found_tenant(system.apps["gateway"].state.database, slug=slug, name="Vendor", mode=mode, staff=[staff])
    return Vendor(Tenant(system, made.tenant_id, slug, mode), mail, made.account_ids[0])


def anonymous(tenant: Tenant) -> Client:
    """Somebody without a token, at the tenant's door."""
    return Client(tenant.system, None, tenant)


async def sign_in(tenant: Tenant, email: str, password: str = PASSWORD, **more: Any) -> Response:
    """Try to sign in at a tenant."""
    return await anonymous(tenant).post("/v1/sessions", {"email": email, "password": password, **more})


def caller(tenant: Tenant, grant: Response) -> Client:
    """The caller whom an answer with tokens speaks of."""
    account = grant["account"]
    return Client(tenant.system, grant["access_token"], tenant, account["partner_id"], account["id"])


async def signed_in(tenant: Tenant, email: str, password: str = PASSWORD, **more: Any) -> Client:
    """Somebody who has signed in."""
    grant = await sign_in(tenant, email, password, **more)
    assert grant.status == 201, grant.json
    return caller(tenant, grant)


def noted(somebody: Client, method: str, path: str, *, status: int, body: bytes = b"", **more: Any) -> None:
    """A request of somebody's as the edge notes it on its way out."""
    side = "partner" if somebody.partner_id else "vendor"
    known = Caller(side, somebody.tenant.id, somebody.account_id, somebody.partner_id, "*:*", client_id=FIRST_PARTY)
    request_id = f"req_{uuid.uuid4().hex}"
    answered = Answered(known, method, path, status, request_id, clock.now(), 0.012, "probe/1.0 (x)", body)
    somebody.system.apps["gateway"].state.requests.note(answered._replace(**more))


async def post_form(
    tenant: Tenant, path: str, fields: dict[str, str], *, basic: tuple[str, str] | None = None
) -> Response:
    """Send a form, with HTTP Basic where given."""
    headers = {"content-type": "application/x-www-form-urlencoded"}
    if basic:
        headers["authorization"] = "Basic " + base64.b64encode(f"{basic[0]}:{basic[1]}".encode()).decode()
    return await anonymous(tenant).request("POST", path, urlencode(fields).encode(), headers=headers)


async def refreshed(tenant: Tenant, token: str) -> Response:
    """Use a refresh token."""
    return await post_form(tenant, "/oauth/token", {"grant_type": "refresh_token", "refresh_token": token})


async def mails_to(tenant: Tenant, email: str) -> list[SentMail]:
    """The mails to an address, newest first."""
    return await newest(tenant.system.admin_url, to=email, tenant_id=tenant.id)


async def token_mailed(tenant: Tenant, email: str) -> str:
    """The token in the newest mail to an address."""
    mails = await mails_to(tenant, email)
    return mails[0].body.rsplit("Token: ", 1)[1].strip()


async def invited_person(
    vendor: Client, partner_id: str, *, email: str, roles: tuple[str, ...] = ("partner_admin",)
) -> str:
    """A person of a partner with an invitation in the mail; returns the person's id."""
    made = await person(vendor, partner_id, email=email, roles=roles)
    assert (await vendor.act(f"/v1/people/{made['id']}", "invite")).status == 200
    await vendor.system.settle()
    return str(made["id"])


async def accept(tenant: Tenant, token: str, password: str = PASSWORD, **more: Any) -> Response:
    """Accept an invitation."""
    return await anonymous(tenant).post(f"/v1/invitations/{token}/accept", {"password": password, **more})


async def seller(
    tenant: Tenant, *, partner_id: str | None = None, roles: tuple[str, ...] = ("partner_admin",)
) -> tuple[Client, str, str]:
    """A person of a partner who has accepted the invitation: as a caller, and with the address and the person's id."""
    email = address("seller")
    home = partner_id or await working_partner(tenant.vendor())
    person_id = await invited_person(tenant.vendor(), home, email=email, roles=roles)
    grant = await accept(tenant, await token_mailed(tenant, email))
    assert grant.status == 201, grant.json
    return caller(tenant, grant), email, person_id


async def api_key(caller: Client, *scopes: str, **more: object) -> Response:
    """Make an API key."""
    answer = await caller.post("/v1/api-keys", {"name": "Script", "scopes": list(scopes), **more})
    assert answer.status == 201, answer.json
    return answer


def identity(system: System) -> Identity:
    """What the edge asks, with an empty memory."""
    found: Identity = system.apps["gateway"].state.identity
    return Identity(found._issuer)


async def with_key(office: Vendor, key: str) -> Client:
    """The caller that the edge makes of an API key."""
    token = await identity(office.tenant.system).exchange_api_key(key)
    return Client(office.tenant.system, token, office.tenant)
