"""Builders for the tests of approval in steps: staff with roles, and policies that ask them."""

import uuid
from typing import Any

from tests.deals.make import World, world
from tests.system import Client, Response, Tenant

# Above every limit, so that somebody has to look.
LARGE = {"amount": 50_000_000, "currency": "EUR"}
RULES = [{"code": "small", "when": "deal.amount <= 1000", "reason": "Somebody has to look."}]


async def hires(place: World, *roles: str) -> Client:
    """A member of the vendor's staff with these roles, as a caller who may do anything."""
    body = {
        "email": f"staff.{uuid.uuid4().hex[:12]}@vendor.example",
        "given_name": "Eszter",
        "family_name": "Hámori",
        "roles": list(roles),
    }
    made = await place.vendor.post("/v1/accounts", body)
    assert made.status == 201, made.json
    return place.tenant.vendor(sub=made["id"])


def step(code: str = "desk", *roles: str, **more: Any) -> dict[str, Any]:
    """A step that asks somebody of each role, all of them at once."""
    return {"code": code, "approvers": [{"role": role} for role in roles or ("deal_desk",)], **more}


async def policy(place: World, *steps: dict[str, Any], **more: Any) -> Response:
    """A policy in force that approves nothing above 10 euros by itself, and asks in these steps."""
    body = {"name": "Ours", "rules": RULES, "steps": list(steps), **more}
    draft = await place.vendor.post("/v1/approval-policies", body)
    assert draft.status == 201, draft.json
    published = await place.vendor.act(f"/v1/approval-policies/{draft['id']}", "publish")
    assert published.status == 200, published.json
    return published


async def asked(caller: Client, deal: Response | str, **more: Any) -> list[dict[str, Any]]:
    """The open tasks of a deal, the oldest first."""
    deal_id = deal if isinstance(deal, str) else deal["id"]
    page = await caller.get("/v1/approval-tasks", deal_id=deal_id, status="open", sort="created_at", **more)
    assert page.status == 200, page.json
    found: list[dict[str, Any]] = page["data"]
    return found


async def answers(caller: Client, deal: Response, action: str = "approve", body: Any = None) -> Response:
    """Somebody answers the task that a deal has for it."""
    own = await asked(caller, deal, account_id=caller.account_id)
    assert own, "nothing is asked"
    return await caller.act(f"/v1/approval-tasks/{own[0]['id']}", action, body)


async def seen(caller: Client, deal: Response) -> Response:
    """A deal as it is now."""
    return await caller.get(f"/v1/deals/{deal['id']}")


async def office(tenant: Tenant) -> World:
    """A tenant with a vendor, a catalogue and nobody to approve yet."""
    return await world(tenant)
