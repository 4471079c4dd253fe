"""Pipelines, and a version that was left for the next, but for a deal that had gone on where nothing led further."""

from typing import TYPE_CHECKING

from tests.isolation.selling import branch
from tests.partners.make import changed

if TYPE_CHECKING:
    from tests.isolation.place import Place

_STAGES = [{"code": "prospect", "probability": 10}, {"code": "handshake", "probability": 90}]


async def pipelines(place: "Place", name: str) -> None:
    """One in force and a draft, of the program that all partners are in."""
    stages = [{"code": "prospect", "probability": 10, "label": {"en": name}}, {"code": "qualified", "probability": 50}]
    made = await place.makes(place.vendor, "/v1/pipelines", {"name": name, "program": "europe", "stages": stages})
    await place.does(place.vendor, f"/v1/pipelines/{made['id']}", "publish")
    await place.makes(place.vendor, "/v1/pipelines", {"name": name, "program": "europe"})


async def left_behind(place: "Place") -> None:
    """In a program of its own, whose only partner is the branch."""
    vendor, other = place.vendor, place.tenant.partner(await branch(place))
    await place.makes(vendor, "/v1/programs", {"code": "africa", "name": "Africa"})
    await place.makes(vendor, "/v1/tiers", {"code": "copper", "name": "Copper", "rank": 1, "program": "africa"})
    await changed(vendor, f"/v1/partners/{other.partner_id}", {"tier": "copper"})
    await place.tenant.system.settle()
    versions = []
    for stages in (_STAGES, _STAGES[:1]):
        if versions:
            about = {"name": f"{place.ours} Left", "domain": f"left-{place.ours}.com", "country": "DE", "tax_id": None}
            amount = {"amount": 1_000, "currency": "EUR"}
            body = {"title": "Left", "customer": about, "product_family": "cloud", "amount": amount}
            deal = f"/v1/deals/{(await place.makes(other, '/v1/deals', body))['id']}"
            if (await place.does(other, deal, "submit"))["status"] == "in_review":
                await place.does(vendor, deal, "approve")
        drafted = await place.makes(
            vendor, "/v1/pipelines", {"name": place.everybodys, "program": "africa", "stages": stages}
        )
        await place.does(vendor, f"/v1/pipelines/{drafted['id']}", "publish")
        versions.append(drafted["id"])
    old, new = versions
    begun = await vendor.post("/v1/pipeline-migrations", {"from_pipeline_id": old, "to_pipeline_id": new})
    assert begun.status == 202, begun.json
    await place.does(other, deal, "stage", {"stage": "handshake"})
    await place.tenant.system.settle()
