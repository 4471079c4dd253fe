"""A small true story in one tenant, told through the API, in which every flow between two services happens."""

import re
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from shared import clock
from tests.gateway import make as gateway
from tests.incentives.make import FLAT, GOLDEN, component
from tests.leads import make as leads
from tests.partners import make as partners
from tests.system import Client, Response, System, Tenant

_AS_OF = re.compile(rb'"as_of":"[^"]*"')
_HOUR, _DAY = 3_600, 86_400


@dataclass
class Story:
    """What happened, and whom to ask about it."""

    system: System
    tenant: Tenant
    vendor: Client
    sellers: dict[str, Client] = field(default_factory=dict)
    deals: dict[str, str] = field(default_factory=dict)
    clock: str = ""

    async def make(self, path: str, body: Any, **headers: str) -> Response:
        answer = await self.vendor.post(path, body, **headers)
        assert answer.status == 201, (path, answer.json)
        return answer

    async def done(self, by: Client, path: str, verb: str, body: Any = None) -> Response:
        answer = await by.act(path, verb, body)
        assert answer.status in (200, 202), (path, verb, answer.json)
        await self.system.settle()
        return answer

    async def answers(self) -> dict[str, bytes]:
        """What the API says of it to the vendor and to each partner."""
        callers = {"vendor": self.vendor, **self.sellers}
        paths = "partners people tiers leads offers deals product-families earnings statements files events".split()
        vendors = "accounts customers ledger/accounts ledger/trial-balance webhook-deliveries".split()
        said = {}
        for name, caller in callers.items():
            for path in [*paths, *(vendors if name == "vendor" else ())]:
                query = {} if "/" in path else {"limit": 200}
                answer = await caller.get(f"/v1/{path}", **query)
                assert answer.status == 200, (path, answer.json)
                # The one thing that may differ between two answers is when they were given.
                said[f"{name} {path}"] = _AS_OF.sub(b"", answer.body)
        return said

    async def earned(self, deal: str) -> dict[str, int]:
        """What a deal has earned, by the code of the component."""
        sums: dict[str, int] = {}
        for line in (await self.vendor.get("/v1/earnings", deal_id=self.deals[deal], limit=200))["data"]:
            sums[line["rule"]] = sums.get(line["rule"], 0) + line["amount"]["amount"]
        return sums


async def told_in(system: System) -> Story:
    """The story: two resellers, one promoted and one suspended for a while; two leads; three deals, one given back."""
    office = await gateway.vendor(system)
    story = Story(system, office.tenant, office.tenant.vendor())
    await _opens_shop(story)
    for name in ("acme", "rival"):
        await _joins(story, name)
    await _people_come_and_go(story)
    await _a_lead_becomes_a_deal(story)
    await _deals_are_won(story)
    await _a_partner_is_suspended_for_a_while(story)
    await _a_sale_is_given_back(story)
    await _time_passes(story, seconds=_HOUR)
    return story


async def _time_passes(story: Story, *, seconds: int) -> None:
    if not story.clock:
        story.clock = (await story.make("/v1/test-clocks", None))["id"]
    await story.done(story.vendor, f"/v1/test-clocks/{story.clock}", "advance", {"seconds": seconds})
    await story.system.settle()


async def _opens_shop(story: Story) -> None:
    await partners.tier(story.vendor, "silver", 1)
    await partners.tier(story.vendor, "gold", 2)
    family = await story.make("/v1/product-families", {"code": leads.FAMILY, "name": "Pumps"})
    await _plan(story, component(code="base", bands=GOLDEN), level="all")
    await _plan(story, component(code="golden", bands=FLAT), level="tier", tier="gold")
    await story.make("/v1/webhook-endpoints", {"url": "https://example.com/hook", "types": ["deal.*"]})
    old = await story.make("/v1/product-families", {"code": "fax", "name": "Fax machines"})
    await story.done(story.vendor, f"/v1/product-families/{old['id']}", "retire")
    assert family["status"] == "active"


async def _plan(story: Story, components: dict[str, Any], **target: Any) -> None:
    plan = await story.make("/v1/plans", {"name": "Jutalék 佣金", "currency": "EUR"})
    body = {"plan_id": plan["id"], "effective_from": "2026-01-01", "components": [components]}
    version = await story.make("/v1/plan-versions", body)
    await story.done(story.vendor, f"/v1/plan-versions/{version['id']}", "publish")
    await story.make("/v1/plan-assignments", {"plan_id": plan["id"], "effective_from": "2026-01-01", **target})


async def _joins(story: Story, name: str) -> None:
    partner_id = await partners.working_partner(story.vendor, name=f"{name.title()} Kft.")
    await story.system.settle()
    story.sellers[name] = story.tenant.partner(partner_id)


async def _people_come_and_go(story: Story) -> None:
    """One accepts the invitation and gets other roles, one is invited and leaves."""
    home = str(story.sellers["acme"].partner_id)
    email = gateway.address("anna")
    stays = await gateway.invited_person(story.vendor, home, email=email)
    assert (await gateway.accept(story.tenant, await gateway.token_mailed(story.tenant, email))).status == 201
    leaves = await gateway.invited_person(story.vendor, home, email=gateway.address("bela"), roles=("sales",))
    await story.done(story.vendor, f"/v1/people/{leaves}", "deactivate")
    assert (
        await partners.changed(story.vendor, f"/v1/people/{stays}", {"roles": ["partner_admin", "sales"]})
    ).status == 200
    await story.system.settle()


async def _a_lead_becomes_a_deal(story: Story) -> None:
    acme, rival = story.sellers["acme"], story.sellers["rival"]
    company = {"name": "Globex Zrt.", "domain": "globex.example", "country": "HU"}
    path = await leads.lead(story.vendor, company=company, amount={"amount": 9_000_000, "currency": "EUR"})
    await story.done(story.vendor, path, "offer", {"partner_id": acme.partner_id})
    await story.done(acme, path, "accept")
    converted = await story.done(acme, path, "convert", {"title": "Pumps for Globex"})
    story.deals["lead"] = converted["deal_id"]
    # Another lead stays with the rival until it is suspended.
    path = await leads.lead(story.vendor, company={"name": "Initech", "domain": "initech.example", "country": "HU"})
    await story.done(story.vendor, path, "offer", {"partner_id": rival.partner_id})
    await story.done(rival, path, "accept")


async def _deals_are_won(story: Story) -> None:
    """One before and one after the reseller became gold, and one of the rival's."""
    registered_on = clock.now().date()
    await _registered(story, "acme", "gold", 3_000_000)
    await _registered(story, "rival", "rival", 1_000_000)
    await story.done(story.sellers["acme"], f"/v1/deals/{story.deals['lead']}", "win", _won(9_000_000, registered_on))
    await _time_passes(story, seconds=2 * _DAY)
    promoted = {"tier": "gold", "tier_effective_on": (registered_on + timedelta(days=1)).isoformat()}
    path = f"/v1/partners/{story.sellers['acme'].partner_id}"
    for change in ({"tier": "silver", "tier_effective_on": "2025-01-01"}, promoted):
        assert (await partners.changed(story.vendor, path, change)).status == 200
        await story.system.settle()
    await story.done(
        story.sellers["acme"],
        f"/v1/deals/{story.deals['gold']}",
        "win",
        _won(3_000_000, registered_on + timedelta(days=2)),
    )
    await story.done(story.sellers["rival"], f"/v1/deals/{story.deals['rival']}", "win", _won(1_000_000, registered_on))


async def _registered(story: Story, name: str, title: str, amount: int) -> None:
    seller = story.sellers[name]
    body = {
        "title": title,
        "customer": {
            "name": f"Customer {title}",
            "domain": f"{title}-customer.example",
            "country": "HU",
            "tax_id": None,
        },
        "product_family": leads.FAMILY,
        "amount": {"amount": amount, "currency": "EUR"},
        "expected_close_on": "2031-12-31",
    }
    drafted = await seller.post("/v1/deals", body)
    assert drafted.status == 201, drafted.json
    deal = await story.done(seller, f"/v1/deals/{drafted['id']}", "submit")
    if deal["status"] == "in_review":
        await story.done(story.vendor, f"/v1/deals/{deal['id']}", "approve", {})
    story.deals[title] = drafted["id"]


def _won(amount: int, day: date) -> dict[str, Any]:
    return {"amount": {"amount": amount, "currency": "EUR"}, "closed_on": day.isoformat()}


async def _a_partner_is_suspended_for_a_while(story: Story) -> None:
    await _registered(story, "rival", "frozen", 500_000)
    path = f"/v1/partners/{story.sellers['rival'].partner_id}"
    await story.done(story.vendor, path, "suspend", {"reason": "overdue invoices"})
    await story.done(story.vendor, path, "reinstate", {"reason": "paid"})


async def _a_sale_is_given_back(story: Story) -> None:
    await story.make(
        "/v1/returns",
        {
            "deal_id": story.deals["gold"],
            "amount": {"amount": 1_000_000, "currency": "EUR"},
            "returned_on": (clock.now() + timedelta(days=2)).date().isoformat(),
            "reason": "two pumps came back",
        },
    )
    await story.system.settle()
