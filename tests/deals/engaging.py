"""Builders for the tests of engagements."""

from typing import Any

from tests.deals.make import World
from tests.system import Client, Response

SEEN = ["title", "amount", "customer.name", "stage"]


async def template(place: World, code: str = "plain", **fields: Any) -> None:
    """A share template in force."""
    body = {"code": code, "name": code, "fields": SEEN, "preview": ["title"], **fields}
    made = await place.vendor.post("/v1/share-templates", body)
    assert made.status == 201, made.json
    assert (await place.vendor.act(f"/v1/share-templates/{made['id']}", "publish")).status == 200


async def prepares(leader: Client, deal: Response, partner: Client, **fields: Any) -> Response:
    """Somebody prepares to bring a partner into a deal."""
    body = {"deal_id": deal["id"], "partner_id": partner.partner_id, "role": "co_sell", "share_template": "plain"}
    return await leader.post("/v1/engagements", {**body, **fields})


async def invites(leader: Client, deal: Response, partner: Client, **fields: Any) -> Response:
    """Somebody brings a partner into a deal."""
    made = await prepares(leader, deal, partner, **fields)
    assert made.status == 201, made.json
    return await leader.act(f"/v1/engagements/{made['id']}", "invite")


def path(engagement: Response) -> str:
    """Where an engagement is found."""
    return f"/v1/engagements/{engagement['id']}"
