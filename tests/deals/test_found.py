"""What deals and customers are found by, and the order in which deals without a value stand."""

import pytest

from tests.deals.make import GLOBEX, World, drafts, submits, world
from tests.system import Client, Tenant

HOOLI = {"name": "Hooli GmbH", "domain": "www.hooli.example", "country": "DE", "tax_id": "DE 136 695 976"}


async def titles(caller: Client, **query: str) -> list[str]:
    page = await caller.get("/v1/deals", **query)
    assert page.status == 200, page.json
    return [each["title"] for each in page["data"]]


async def leafed(caller: Client, **query: str) -> list[str]:
    """The titles of all deals, a page of one after the other."""
    page = await caller.get("/v1/deals", limit=1, **query)
    found = [each["title"] for each in page["data"]]
    while page["next_cursor"] is not None:
        page = await caller.get("/v1/deals", limit=1, cursor=page["next_cursor"], **query)
        found += [each["title"] for each in page["data"]]
    return found


@pytest.fixture
async def place(tenant: Tenant) -> World:
    return await world(tenant)


def euros(amount: int) -> dict[str, int | str]:
    return {"amount": amount, "currency": "EUR"}


async def test_deals_are_found_by_their_amount_and_stand_in_its_order_those_without_one_too(place: World) -> None:
    seller = await place.partner()
    for title, amount, day in (("least", 1, None), ("low", 100, "2031-02-01"), ("high", 9_000, "2031-01-01")):
        drafted = await drafts(seller, title=title, amount=euros(amount), expected_close_on=day)
        assert drafted.status == 201, drafted.json
    await drafts(seller, title="open", amount=None, expected_close_on="2031-03-01")

    for caller in (place.vendor, seller):
        assert await leafed(caller, sort="amount") == ["open", "least", "low", "high"]
        assert await leafed(caller, sort="-amount") == ["high", "low", "least", "open"]
        assert await leafed(caller, sort="expected_close_on") == ["high", "low", "open", "least"]
        assert await leafed(caller, sort="-expected_close_on") == ["least", "open", "low", "high"]
    by_amount = {"sort": "amount", "currency": "EUR"}
    assert await titles(seller, **by_amount, **{"amount[gte]": "100"}) == ["low", "high"]
    assert await titles(seller, **by_amount, **{"amount[lte]": "100"}) == ["least", "low"]
    assert await titles(seller, amount="100") == ["low"]
    assert await titles(seller, amount="-1") == []
    assert await titles(seller, **{"expected_close_on[gt]": "2031-02-01"}) == ["open"]


async def test_deals_are_found_by_what_screening_made_of_them_and_by_how_they_ended(place: World) -> None:
    seller, rival = await place.partner(), await place.partner()
    first = await submits(seller, title="first")
    await submits(rival, title="second")
    lost = await submits(seller, HOOLI, title="lost")
    await seller.act(f"/v1/deals/{lost['id']}", "lose", {"reason_code": "price"})
    await seller.act(
        f"/v1/deals/{first['id']}", "win", {"amount": euros(1_000), "closed_on": place.today().isoformat()}
    )

    assert await titles(place.vendor, conflict_class="blocking,probable") == ["second"]
    assert await titles(place.vendor, conflict_class="none", sort="created_at") == ["first", "lost"]
    assert await titles(place.vendor, deal_type="new", status="lost") == ["lost"]
    assert await titles(place.vendor, lost_reason_code="price,timing") == ["lost"]
    assert await titles(place.vendor, **{"won_at[gte]": place.tenant.now().date().isoformat() + "T00:00:00Z"}) == [
        "first"
    ]
    customer = (await place.vendor.get(f"/v1/deals/{first['id']}"))["customer_id"]
    contested = await place.vendor.get("/v1/conflict-cases", customer_id=customer)
    assert len(contested["data"]) == 1
    assert (await rival.get("/v1/conflict-cases", customer_id=customer))["data"] == []
    assert await titles(seller, **{"submitted_at[lte]": first["submitted_at"]}) == ["first"]
    assert await titles(seller, **{"submitted_at[gt]": first["submitted_at"]}) == ["lost"]
    until = {"protected_until[lte]": first["protected_until"]}
    assert (await seller.get("/v1/protection-claims/count", **until))["count"] == 1


async def named(vendor: Client, **query: str) -> list[str]:
    found = await vendor.get("/v1/customers", sort="name", **query)
    assert found.status == 200, found.json
    return [each["name"] for each in found["data"]]


async def test_customers_are_found_under_their_domains_and_numbers_however_these_are_written(place: World) -> None:
    for customer in (GLOBEX, HOOLI, {"name": "Initech", "country": "AT", "tax_id": "136695976"}):
        made = await place.vendor.post("/v1/customers", customer)
        assert made.status == 201, made.json
    globex, hooli = (await place.vendor.get("/v1/customers", domain="globex.com,hooli.example", sort="name"))["data"]

    assert await named(place.vendor, domain="https://mail.hooli.example/about") == ["Hooli GmbH"]
    assert await named(place.vendor, domain="gmail.com") == await named(place.vendor, domain="nonsense") == []
    assert await named(place.vendor, tax_id="de136695976") == ["Hooli GmbH"]
    assert await named(place.vendor, tax_id="136.695.976") == ["Hooli GmbH", "Initech"]
    many = await place.vendor.get("/v1/customers", domain=",".join(f"{place}.example" for place in range(21)))
    assert (many.status, many["errors"][0]["code"]) == (400, "too_many")
    await place.vendor.act(f"/v1/customers/{globex['id']}", "merge", {"customer_id": hooli["id"]})
    assert await named(place.vendor, domain="hooli.example", status="active") == ["Globex Corporation"]
    assert await named(place.vendor, status="merged") == ["Hooli GmbH"]
