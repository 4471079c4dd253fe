"""Builders for the tests of incentives: plans in force, partners as the directory tells of them, won and returned deals."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Any

from services.incentives.subscriptions import SUBSCRIPTIONS
from shared.db.tx import transaction
from shared.events.catalog.deals import Amount, DealReturned, DealWon
from shared.events.catalog.partners import PartnerDirectory
from shared.events.envelope import Envelope, Event
from shared.events.inbox import system_caller
from shared.values.ids import new_id
from tests.incentives.arriving import SPRING, Arriving
from tests.system import Client, Response, Tenant

# The golden plan: 0 to 100k at 5 %, to 250k at 8 %, above at 10 %, in cents.
GOLDEN = [
    {"from": 0, "to": 10_000_000, "rate": "0.05"},
    {"from": 10_000_000, "to": 25_000_000, "rate": "0.08"},
    {"from": 25_000_000, "to": None, "rate": "0.10"},
]
FLAT = [{"from": 0, "to": None, "rate": "0.10"}]
MARCH = {"from": "2026-03-01", "to": "2026-04-01"}


def component(**changes: Any) -> dict[str, Any]:
    """A component of the golden plan."""
    return {"code": "base", "mode": "marginal", "period": "quarter", "bands": GOLDEN, **changes}


@dataclass
class Shop(Arriving):
    """A tenant with a vendor whose plans pay partners."""

    tenant: Tenant
    vendor: Client
    versions: dict[str, int] = field(default_factory=dict)

    @property
    def database(self) -> Any:
        return self.tenant.system.apps["incentives"].state.database

    def someone_else(self) -> Client:
        """Another person on the vendor's side."""
        return self.tenant.vendor()

    async def plan(self, *components: dict[str, Any], currency: str = "EUR", **target: Any) -> str:
        """The id of a plan with a published version of 2026, assigned."""
        made = await self.vendor.post("/v1/plans", {"name": "Reseller 佣金 Jutalék", "currency": currency})
        await self.publish(made["id"], *components)
        level = {"level": "all", **target}
        await self.succeed("/v1/plan-assignments", {"plan_id": made["id"], "effective_from": "2026-01-01", **level})
        return str(made["id"])

    async def publish(self, plan_id: str, *components: dict[str, Any], since: str = "2026-01-01") -> str:
        """The id of a new version of a plan, published."""
        body = {"plan_id": plan_id, "effective_from": since, "components": list(components) or [component()]}
        draft = await self.succeed("/v1/plan-versions", body)
        published = await self.vendor.act(f"/v1/plan-versions/{draft['id']}", "publish")
        assert published.status == 200, published.body
        return str(draft["id"])

    async def succeed(self, path: str, body: Any, **headers: str) -> Response:
        """Post as the vendor, and expect it to be made."""
        answer = await self.vendor.post(path, body, **headers)
        assert answer.status == 201, answer.body
        return answer

    async def partner(self, *, status: str = "active", tier: str | None = None, since: date | None = None) -> Client:
        """A person of a partner that the directory knows."""
        partner_id = new_id("ptr", at=self.tenant.now())
        await self.tell(partner_id, status=status, tier=tier, since=since)
        return self.tenant.partner(partner_id)

    async def tell(
        self,
        partner_id: str | None,
        *,
        status: str = "active",
        tier: str | None = None,
        since: date | None = None,
        version: int | None = None,
    ) -> None:
        """The partners service tells of a partner's state."""
        assert partner_id is not None
        version = version or self.versions.get(partner_id, 0) + 1
        self.versions[partner_id] = max(version, self.versions.get(partner_id, 0))
        event = PartnerDirectory(
            partner_id=partner_id,
            name="Ромашка Kft.",
            country="HU",
            status=status,
            tier=tier,
            tier_since=since,
            partner_types=["reseller"],
            territories=[],
            product_families=[],
            lead_capacity=0,
            accepts_leads=False,
        )
        await self.deliver(event, subject=partner_id, version=version)

    def sale(
        self,
        partner: Client,
        amount: int,
        currency: str = "EUR",
        *,
        on: date = SPRING,
        hour: int = 12,
        family: str = "erp",
        country: str | None = "HU",
        lead_id: str | None = None,
    ) -> DealWon:
        """The event of a deal won; nothing is delivered."""
        won_at = datetime.combine(on, time(hour), tzinfo=UTC)
        return DealWon(
            deal_id=new_id("deal", at=won_at),
            partner_id=str(partner.partner_id),
            customer_id=new_id("cus", at=won_at),
            product_family=family,
            country=country,
            net=Amount(amount=amount, currency=currency),
            closed_on=on,
            won_at=won_at,
            lead_id=lead_id,
        )

    def taken_back(self, sale: DealWon, amount: int | None = None, *, on: date | None = None) -> DealReturned:
        """The event of a return of all or part of a sale; nothing is delivered."""
        return DealReturned(
            deal_id=sale.deal_id,
            return_id=new_id("ret", at=self.tenant.now()),
            partner_id=sale.partner_id,
            product_family=sale.product_family,
            net=Amount(amount=amount or sale.net.amount, currency=sale.net.currency),
            returned_on=on or sale.closed_on,
        )

    async def win(self, partner: Client, amount: int, currency: str = "EUR", **details: Any) -> DealWon:
        """A deal that is won, and known to be."""
        sale = self.sale(partner, amount, currency, **details)
        await self.deliver(sale)
        return sale

    async def take_back(self, sale: DealWon, amount: int | None = None, **details: Any) -> DealReturned:
        """A return, and known to be."""
        returned = self.taken_back(sale, amount, **details)
        await self.deliver(returned)
        return returned

    async def deliver(self, event: Event, *, subject: str | None = None, version: int = 1) -> None:
        """Hand an event to whoever subscribes to it, as often as this is called: handlers stand on their own."""
        at = _happened(event) or self.tenant.now()
        envelope = Envelope(
            id=new_id("evt", at=at),
            type=event.type,
            source="tests",
            tenant_id=self.tenant.id,
            mode="test",
            subject=subject or str(getattr(event, "deal_id", "")),
            subject_version=version,
            time=at,
            actor_id="system",
            request_id=None,
            audience=(),
            public=True,
            data=event.model_dump(mode="json"),
        )
        caller = system_caller(self.tenant.id, mode="test")
        for each in SUBSCRIPTIONS:
            if each.event is type(event):
                async with transaction(
                    self.database, caller=caller, viewer="*", now=at, action="test", engine=True
                ) as tx:
                    await each.handler(tx, event, envelope)

    async def earned(
        self, sale: DealWon | None = None, client: Client | None = None, **query: str
    ) -> list[dict[str, Any]]:
        """The earnings of a deal, or all that are asked for, oldest first."""
        query = {"deal_id": sale.deal_id, **query} if sale else query
        answer = await (client or self.vendor).get("/v1/earnings", sort="created_at", limit=200, **query)
        assert answer.status == 200, answer.body
        return list(answer["data"])

    async def by_partner(self, *partners: Client) -> list[int]:
        """What each of these partners has earned in all, in minor units."""
        earned = await self.earned()
        return [
            sum(each["amount"]["amount"] for each in earned if each["partner_id"] == partner.partner_id)
            for partner in partners
        ]

    async def amounts(self, sale: DealWon | None = None) -> list[int]:
        """The amounts of the earnings of a deal in minor units, smallest last."""
        return sorted((each["amount"]["amount"] for each in await self.earned(sale)), reverse=True)

    async def balance(self, account: str, currency: str = "EUR") -> int:
        """The credit balance of an account."""
        answer = await self.vendor.get("/v1/ledger/accounts")
        found = next(each for each in answer["data"] if each["code"] == account)
        return -sum(int(each["balance"]) for each in found["sums"] if each["currency"] == currency)

    async def statement(self, partner: Client, *, published: bool = True, period: Any = None, **asked: Any) -> Response:
        """A statement of March, approved and published unless told otherwise."""
        body = {"partner_id": partner.partner_id, "period": period or MARCH, **asked}
        made = await self.succeed("/v1/statements", body)
        if not published:
            return made
        path = f"/v1/statements/{made['id']}"
        for verb in ("approve", "publish"):
            answer = await self.vendor.act(path, verb)
            assert answer.status == 200, answer.body
        return answer

    async def payout(self, *statements: Response, by: Client | None = None) -> Response:
        """Ask for a payout of statements; whatever the answer is."""
        body = {"statement_ids": [each["id"] for each in statements]}
        return await (by or self.vendor).post("/v1/payouts", body, idempotency_key=new_id("key", at=self.tenant.now()))

    async def act(self, payout: Response, verb: str, body: Any = None, *, by: Client | None = None) -> Response:
        """Do an action on a payout at its current version; whatever the answer is."""
        key = new_id("key", at=self.tenant.now())
        return await (by or self.vendor).act(f"/v1/payouts/{payout['id']}", verb, body, idempotency_key=key)

    async def pay(self, *statements: Response) -> Response:
        """A payout that has arrived."""
        payout = await self.payout(*statements)
        assert payout.status == 201, payout.body
        colleague = self.someone_else()
        for verb in ("approve", "submit", "confirm"):
            payout = await self.act(payout, verb, by=colleague)
            assert payout.status == 200, payout.body
        return payout


def _happened(event: Event) -> datetime | None:
    """When an event happened, for sales and returns of the past."""
    day: date | None = next(
        (found for name in ("closed_on", "happened_on", "returned_on") if (found := getattr(event, name, None))), None
    )
    return None if day is None else datetime.combine(day, time(13), tzinfo=UTC)
