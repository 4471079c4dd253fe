"""The product as its users meet it: HTTP, sign-in with passwords, invitations by mail. In one process or in five."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx

from gateway.mail.queries import newest
from shared import clock
from shared.settings import Settings
from tests.responses import check

DEADLINE_SECONDS = 30.0


async def hold_to_the_specification(answer: httpx.Response) -> None:
    """Raise AssertionError for an answer that is not as the specification has it."""
    await answer.aread()
    asked = answer.request.url
    check(answer.request.method, asked.path, asked.query.decode(), answer.status_code, answer.headers, answer.content)


async def eventually(look: Callable[[], Awaitable[Any]], *, what: str, patience: float = DEADLINE_SECONDS) -> Any:
    """Return what `look` finds as soon as it finds something; fails when patience (in seconds) is at its end."""
    until = clock.monotonic() + patience
    while clock.monotonic() < until:
        found = await look()
        if found:
            return found
        await asyncio.sleep(0.05)
    raise AssertionError(f"{what} did not happen within {patience:.0f} seconds")


@dataclass
class Person:
    """Somebody who is signed in."""

    client: httpx.AsyncClient
    token: str
    account: dict[str, Any]
    partner_id: str | None = None

    async def call(self, method: str, path: str, body: Any = None, **headers: str) -> httpx.Response:
        fields = {"Authorization": f"Bearer {self.token}", **{k.replace("_", "-"): v for k, v in headers.items()}}
        return await self.client.request(method, path, json=body, headers=fields)

    async def get(self, path: str) -> dict[str, Any]:
        answer = await self.call("GET", path)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def make(self, path: str, body: Any, **headers: str) -> dict[str, Any]:
        answer = await self.call("POST", path, body, **headers)
        assert answer.status_code == 201, f"{path}: {answer.text}"
        made: dict[str, Any] = answer.json()
        return made

    async def do(self, path: str, verb: str, body: Any = None, **headers: str) -> httpx.Response:
        """Do an action on an object at the version it has now."""
        seen = await self.call("GET", path)
        assert seen.status_code == 200, seen.text
        return await self.call("POST", f"{path}/{verb}", body, if_match=seen.headers["etag"], **headers)

    async def done(self, path: str, verb: str, body: Any = None, **headers: str) -> dict[str, Any]:
        answer = await self.do(path, verb, body, **headers)
        assert answer.status_code == 200, f"{path}/{verb}: {answer.text}"
        shown: dict[str, Any] = answer.json()
        return shown


@dataclass
class World:
    """One tenant of an installation, reached through its front door."""

    client: httpx.AsyncClient
    settings: Settings
    slug: str
    tenant_id: str
    administrator: tuple[str, str]
    _passwords: dict[str, str] = field(default_factory=dict)

    async def signs_in(self, email: str, password: str) -> Person:
        answer = await self.client.post(
            "/v1/sessions", json={"email": email, "password": password}, headers={"PRM-Tenant": self.slug}
        )
        assert answer.status_code == 201, answer.text
        session = answer.json()
        return Person(self.client, session["access_token"], session["account"])

    async def token_mailed_to(self, email: str) -> str:
        """Return the invitation's token from the newest mail to an address."""

        async def look() -> str | None:
            for mail in await newest(self.settings.admin_url(), to=email, tenant_id=self.tenant_id):
                found = [word for word in mail.body.split() if "/invitations/" in word]
                if found:
                    return found[0].rsplit("/invitations/", 1)[1].split("/")[0].strip(".,")
            return None

        return str(await eventually(look, what=f"an invitation for {email}"))

    async def accepts_invitation(self, email: str) -> Person:
        """Follow the mailed invitation, choose a password, sign in."""
        token = await self.token_mailed_to(email)
        password = f"correct horse {email}"
        answer = await self.client.post(f"/v1/invitations/{token}/accept", json={"password": password})
        assert answer.status_code in (200, 201), answer.text
        return await self.signs_in(email, password)

    async def colleague(self, administrator: Person, role: str) -> Person:
        """Invite a member of the vendor's staff, who accepts."""
        email = f"{role.replace('_', '-')}@{self.slug}.example"
        account = await administrator.make(
            "/v1/accounts", {"email": email, "given_name": "Kim", "family_name": role.title(), "roles": [role]}
        )
        await administrator.done(f"/v1/accounts/{account['id']}", "invite")
        return await self.accepts_invitation(email)

    async def reseller(self, vendor: Person, *, name: str, country: str, domain: str, tax_id: str | None) -> Person:
        """A company applies, is approved and activated; its first person signs in."""
        email = f"owner@{domain}"
        applied = await self.client.post(
            "/v1/applications",
            headers={"PRM-Tenant": self.slug},
            json={
                "company": {
                    "legal_name": name,
                    "country": country,
                    "website": f"https://www.{domain}",
                    "tax_id": tax_id,
                },
                "contact": {"given_name": "Réka", "family_name": "Őrsi", "email": email},
                "answers": {},
            },
        )
        assert applied.status_code == 201, applied.text
        path = f"/v1/applications/{applied.json()['id']}"
        application = await vendor.get(path)
        if application["status"] != "approved":
            application = await vendor.done(path, "approve", {})
        partner_id = application["partner_id"]
        if (await vendor.get(f"/v1/partners/{partner_id}"))["status"] == "onboarding":
            await vendor.done(f"/v1/partners/{partner_id}", "activate", {})
        person = await self.accepts_invitation(email)
        person.partner_id = partner_id
        return person


@asynccontextmanager
async def client_of(app: Any) -> AsyncIterator[httpx.AsyncClient]:
    """A client of an ASGI app in this process, its lifespan included."""
    inbox: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
    outbox: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
    running = asyncio.create_task(app({"type": "lifespan"}, inbox.get, outbox.put))
    await inbox.put({"type": "lifespan.startup"})
    started = await outbox.get()
    assert started["type"] == "lifespan.startup.complete", started
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://localhost:8080") as client:
        yield client
    await inbox.put({"type": "lifespan.shutdown"})
    await running
