"""A client that registers deals and does not give up, and what the database must show for what it was told."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import httpx

from gateway.audit.verification import verify_log
from gateway.keys.sealing import Vault
from shared import clock
from tests.faults.installation import Installation
from tests.journeys.world import DEADLINE_SECONDS, eventually

EMAIL, PASSWORD = "root@faults.example", "an unguessable phrase of the tests"
# What passes by itself: the part is away, another request with this key is under way, or the door is busy.
_PASSES = frozenset({429, 502, 503})


@dataclass
class Desk:
    """Registers deals for one partner, each request with a key, again until it is acknowledged."""

    installation: Installation
    tenant_id: str
    token: str
    partner_id: str = ""
    acknowledged: dict[str, str] = field(default_factory=dict)
    tried_again: int = 0
    hands: list[asyncio.Task[None]] = field(default_factory=list)

    @classmethod
    async def opened(cls, installation: Installation) -> "Desk":
        """A desk in a tenant of its own, with a product family and a partner."""
        slug, email = f"v-{uuid4().hex[:8]}", f"{uuid4().hex[:8]}.{EMAIL}"
        tenant_id = await installation.found(slug, email=email, password=PASSWORD)
        body = {"email": email, "password": PASSWORD}
        session = await installation.client.post("/v1/sessions", json=body, headers={"PRM-Tenant": slug})
        assert session.status_code == 201, f"{session.text}\n{installation.output()[-4000:]}"
        desk = cls(installation, tenant_id, session.json()["access_token"])
        await desk.send("POST", "/v1/product-families", {"code": "erp", "name": "ERP"}, key="family")
        partner = await desk.send("POST", "/v1/partners", {"name": "Acme", "country": "HU"}, key="partner")
        desk.partner_id = partner.json()["id"]
        activated = await desk.act(f"/v1/partners/{desk.partner_id}", "activate", {}, key="activate")
        assert activated.status_code == 200, activated.text
        return desk

    async def is_answered_by_all(self) -> None:
        """Come back when every service answers."""

        async def answers() -> bool:
            nouns = ("accounts", "partners", "deals", "leads", "earnings")
            return all([(await self.once("GET", f"/v1/{noun}")).status_code == 200 for noun in nouns])

        await eventually(answers, what="an answer of every service")

    async def once(self, method: str, path: str, body: Any = None, **headers: str) -> httpx.Response:
        """Send a request a single time."""
        fields = {"Authorization": f"Bearer {self.token}"} | {k.replace("_", "-"): v for k, v in headers.items()}
        return await self.installation.client.request(method, path, json=body, headers=fields)

    async def send(self, method: str, path: str, body: Any = None, *, key: str, **headers: str) -> httpx.Response:
        """Send a request with a key until it is answered for good."""
        until = clock.monotonic() + DEADLINE_SECONDS
        while clock.monotonic() < until:
            try:
                answer = await self.once(method, path, body, idempotency_key=key, **headers)
            except httpx.TransportError:
                answer = None
            if answer is not None and answer.status_code not in _PASSES and not _in_flight(answer):
                return answer
            self.tried_again += 1
            await asyncio.sleep(0.05)
        raise AssertionError(f"{method} {path} was not answered within {DEADLINE_SECONDS:.0f} seconds")

    async def act(self, path: str, verb: str, body: Any, *, key: str) -> httpx.Response:
        """Do an action at any version, once a key."""
        return await self.send("POST", f"{path}/{verb}", body, key=key, if_match="*")

    async def register(self, name: str) -> None:
        """Register one deal: a draft, then its submission, and note it when both are acknowledged."""
        body = self.deal(name)
        drafted = await self.send("POST", "/v1/deals", body, key=f"draft-{name}")
        assert drafted.status_code == 201, self.told(drafted)
        submitted = await self.act(f"/v1/deals/{drafted.json()['id']}", "submit", None, key=f"submit-{name}")
        assert submitted.status_code == 200, self.told(submitted)
        self.acknowledged[name] = drafted.json()["id"]

    def told(self, answer: httpx.Response) -> str:
        """An answer, and what the product has said of it."""
        return f"{answer.text}\n{self.installation.output()[-4000:]}"

    def deal(self, name: str) -> dict[str, Any]:
        customer = {"name": f"{name} {name[::-1]}", "domain": f"{name}.example", "country": "HU", "tax_id": None}
        amount = {"amount": 100_000, "currency": "EUR"}
        return {
            "partner_id": self.partner_id,
            "title": name,
            "customer": customer,
            "product_family": "erp",
            "amount": amount,
            "expected_close_on": "2031-12-31",
        }

    @asynccontextmanager
    async def working(self, hands: int = 3) -> AsyncIterator[None]:
        """Register one deal after the other meanwhile; those under way at the end are finished."""
        stop = asyncio.Event()

        async def work() -> None:
            while not stop.is_set():
                await self.register(f"d{uuid4().hex[:16]}")

        self.hands = [asyncio.create_task(work()) for _ in range(hands)]
        try:
            yield
        finally:
            stop.set()
            await asyncio.gather(*self.hands)

    async def registers(self, count: int) -> None:
        """Come back when so many more deals are acknowledged."""
        wanted = len(self.acknowledged) + count

        async def there() -> bool:
            for hand in self.hands:
                if hand.done():
                    hand.result()
            return len(self.acknowledged) >= wanted

        await eventually(there, what=f"{count} more acknowledged deals")

    async def has_exactly_one_effect_of_each(self) -> None:
        """Hold the log of what was acknowledged against plain SQL."""
        wanted = dict.fromkeys(self.acknowledged.values(), 1)
        async with self.installation.database() as sql:

            async def counted(query: str) -> dict[str, int]:
                return {row["id"]: row["n"] for row in await sql.fetch(query, self.tenant_id)}

            deals = await sql.fetch("SELECT title, id FROM deals.deals WHERE tenant_id = $1", self.tenant_id)
            assert {row["title"]: row["id"] for row in deals} == self.acknowledged
            assert len(deals) == len(self.acknowledged), "no request made two"
            assert await counted(_AUDITED.format(action="create_deal", left="NULL")) == wanted, (
                "one audit row for each draft"
            )
            assert await counted(_AUDITED.format(action="submit_deal", left="'draft'")) == wanted, (
                "and one for each submission"
            )
            assert await counted(_PUBLISHED.format(table="deals.events")) == wanted, "one event for each"
            for number, table in enumerate(("customers", "customer_keys")):
                rows = await sql.fetchval(f"SELECT count(*) FROM deals.{table} WHERE tenant_id = $1", self.tenant_id)
                assert rows >= len(wanted), (number, table)

            async def arrived() -> bool:
                found = await counted(_PUBLISHED.format(table="gateway.public_events"))
                assert set(found.values()) <= {1}, "the log has an event once"
                return found == wanted

            await eventually(arrived, what="every event in the public log")
            for service in ("gateway", "partners", "deals", "leads", "incentives"):
                assert await sql.fetchval(f"SELECT count(*) FROM {service}.parked_events") == 0, service
        await self.has_a_whole_sealed_log()

    async def has_a_whole_sealed_log(self) -> None:
        """Every audit record of every service arrives in the log once, and the verification finds nothing."""
        async with self.installation.settings() as settings, self.installation.database() as sql:

            async def verified() -> bool:
                async with sql.transaction(isolation="repeatable_read", readonly=True):
                    found = await verify_log(sql, self.tenant_id, vault=Vault(settings.secret()))
                assert found.findings == []
                return found.waiting == 0 and found.last is not None and found.records > len(self.acknowledged)

            await eventually(verified, what="every audit record in the sealed log")


# A submission may move a deal on at once; leaving the draft is the step that is counted.
_AUDITED = (
    "SELECT subject AS id, count(*) AS n FROM deals.audit_records WHERE tenant_id = $1 AND subject LIKE 'deal%'"
    " AND action = '{action}' AND changes->'status'->>'from' IS NOT DISTINCT FROM {left} GROUP BY subject"
)
_PUBLISHED = (
    "SELECT subject AS id, count(*) AS n FROM {table} WHERE tenant_id = $1"
    " AND type = 'deal.registration.submitted.v1' GROUP BY subject"
)


def _in_flight(answer: httpx.Response) -> bool:
    return answer.status_code == 409 and answer.json()["code"] == "request_in_flight"
