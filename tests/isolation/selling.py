"""What partners of a place do together: parts in each other's deals, shares, and solutions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.isolation.place import Place


async def engaged(place: Place, deal_id: str, *, note: str | None = None, template: str = "plain", **more: Any) -> str:
    """The branch is invited to take part in a deal of the partner's, by a template that is in force."""
    (wanted, *_) = (await place.vendor.get("/v1/share-templates", code=template))["data"]
    if wanted["status"] == "draft":
        await place.does(place.vendor, f"/v1/share-templates/{wanted['id']}", "publish")
    about = {"deal_id": deal_id, "partner_id": await branch(place), "share_template": template, "note": note}
    made = await place.makes(place.partner, "/v1/engagements", {"role": "fulfil", **about, **more})
    await place.does(place.partner, f"/v1/engagements/{made['id']}", "invite")
    return str(made["id"])


async def shared(place: Place, deal_id: str, *, locked: bool = True) -> None:
    """A deal of the partner's of which the branch has a share."""
    partners = {str(place.partner.partner_id): 6_000, await branch(place): 4_000}
    for partner_id, basis_points in partners.items():
        share = {"deal_id": deal_id, "partner_id": partner_id, "role": "source", "credit_type": "commission"}
        made = await place.makes(place.vendor, "/v1/attributions", {**share, "basis_points": basis_points})
    if locked:
        await place.does(place.vendor, f"/v1/attributions/{made['id']}", "lock")


async def solved(place: Place, name: str) -> str:
    """A solution that the partner and the branch own, to which the branch has not consented."""
    owners = [
        {"partner_id": str(place.partner.partner_id), "basis_points": 6_000},
        {"partner_id": await branch(place), "basis_points": 4_000},
    ]
    body = {"name": name, "description": name, "product_families": ["cloud"], "owners": owners}
    return str((await place.makes(place.partner, "/v1/solutions", body))["id"])


async def listed(place: Place, name: str, *, until: str = "list") -> None:
    """A solution that a partner owns by itself, and that everybody reads once it is listed."""
    owner = place.tenant.partner(await branch(place))
    owners = [{"partner_id": owner.partner_id, "basis_points": 10_000}]
    body = {"name": name, "product_families": ["cloud"], "owners": owners}
    path = f"/v1/solutions/{(await place.makes(owner, '/v1/solutions', body))['id']}"
    steps = ["submit", "validate", "list"]
    for step in steps[: steps.index(until) + 1]:
        await place.does(owner if step == "submit" else place.vendor, path, step)


async def branch(place: Place) -> str:
    """The partner beneath the one of the place."""
    (edge, *_) = (await place.partner.get("/v1/relationships", parent_partner_id=place.partner.partner_id))["data"]
    return str(edge["child_partner_id"])
