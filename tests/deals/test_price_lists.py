"""Price lists: in force one at a time, and seen by those they are for."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from tests.deals.make import World, events_of, world
from tests.deals.test_products import sells
from tests.system import Client, Response, Tenant


def euros(amount: int) -> dict[str, Any]:
    return {"amount": amount, "currency": "EUR"}


def day(place: World, offset: int) -> str:
    return (place.today() + timedelta(days=offset)).isoformat()


async def drafts_list(place: World, *, entries: list[dict[str, Any]] | None = None, **fields: Any) -> str:
    """The vendor drafts a price list and returns its path."""
    body = {"name": "Prices", "currency": "EUR", "effective_from": day(place, 0), **fields}
    if "tier" in fields:
        await place.tells_of_tier(fields["tier"])
    made = await place.vendor.post("/v1/price-lists", body)
    assert made.status == 201, made.json
    path = f"/v1/price-lists/{made['id']}"
    currency = body["currency"]
    given = entries or [{"sku": "CL-100", "price": {"amount": 1_000, "currency": currency}}]
    assert (await place.vendor.act(path, "entries", {"entries": given})).status == 200
    return path


async def publishes(place: World, **fields: Any) -> Response:
    return await place.vendor.act(await drafts_list(place, **fields), "publish")


async def names_seen(caller: Client) -> set[str]:
    return {each["name"] for each in (await caller.get("/v1/price-lists"))["data"]}


@pytest.fixture
async def place(tenant: Tenant) -> World:
    made = await world(tenant)
    await sells(made)
    return made


async def test_partners_see_the_lists_of_their_tier_and_country_and_never_a_draft(place: World):
    gold, plain = await place.partner(tier="gold"), await place.partner()
    await publishes(place, name="all")
    await publishes(place, name="gold", tier="gold")
    await publishes(place, name="hungary", countries=["HU"])
    hidden = await publishes(place, name="gold in germany", tier="gold", countries=["DE"])
    draft = await drafts_list(place, name="draft")

    assert await names_seen(gold) == {"all", "gold", "gold in germany"}
    assert await names_seen(plain) == {"all"}
    for path in (draft, f"/v1/price-lists/{hidden['id']}"):
        assert (await plain.get(path)).problem == "not_found"
        assert (await plain.get(f"{path}/entries")).problem == "not_found"
    published = await events_of(place, "price_list.published.v1")
    assert len(published) == 4


async def test_a_partner_whose_tier_changes_sees_other_lists(place: World):
    seller = await place.partner()
    await publishes(place, name="gold", tier="gold")
    await publishes(place, name="all")

    assert await names_seen(seller) == {"all"}
    await place.tells_of(seller.partner_id, status="active", tier="gold")
    assert await names_seen(seller) == {"all", "gold"}
    await place.tells_of(seller.partner_id, status="active", tier="silver")
    assert await names_seen(seller) == {"all"}


async def test_cost_and_floor_are_for_the_vendor_alone(place: World):
    seller = await place.partner()
    entry = {
        "sku": "CL-100",
        "price": euros(1_000),
        "breaks": [{"from_quantity": 10, "price": euros(900)}],
        "cost": euros(600),
        "floor_price": euros(750),
    }
    made = await publishes(place, entries=[entry], floor_margin="0.2", below_floor="refused")
    path = f"/v1/price-lists/{made['id']}"

    ours, theirs = [(await caller.get(f"{path}/entries"))["data"][0] for caller in (place.vendor, seller)]

    assert (ours["cost"], ours["floor_price"]) == (euros(600), euros(750))
    assert (theirs["cost"], theirs["floor_price"]) == (None, None)
    assert theirs["price"] == euros(1_000)
    assert theirs["breaks"] == [{"from_quantity": 10, "price": euros(900)}]
    shown = await seller.get(path)
    assert (shown["floor_margin"], shown["below_floor"]) == (None, None)
    assert (made["floor_margin"], made["below_floor"]) == ("0.2", "refused")


async def test_a_new_list_ends_the_one_it_follows_on_its_first_day(place: World):
    first = await publishes(place, name="this year")
    await publishes(place, name="next year", effective_from=day(place, 30))
    path = f"/v1/price-lists/{first['id']}"

    cut = await place.vendor.get(path)
    assert (cut["status"], cut["effective_to"]) == ("published", day(place, 30))
    await place.tenant.advance(days=31)
    assert (await place.vendor.get(path))["status"] == "superseded"


async def test_a_list_is_for_a_tier_that_there_is_heard_of_or_not(place: World):
    body = {"name": "Prices", "currency": "EUR", "effective_from": day(place, 0), "tier": "brass"}
    refused = await place.vendor.post("/v1/price-lists", body)
    await place.vendor.post("/v1/tiers", {"code": "brass", "name": "Brass", "rank": 1})

    made = await place.vendor.post("/v1/price-lists", body)
    changed = await place.vendor.patch(f"/v1/price-lists/{made['id']}", {"tier": "iron"}, if_match='"1"')

    assert made.status == 201, made.json
    for each in (refused, changed):
        assert (each.status, [(fault["pointer"], fault["code"]) for fault in each["errors"]]) == (
            422,
            [("/tier", "unknown_tier")],
        )


async def test_a_list_that_replaces_another_from_its_first_day_supersedes_it_at_once(place: World):
    wrong = await publishes(place, name="wrong")

    right = await publishes(place, name="right")

    assert right["status"] == "published"
    assert (await place.vendor.get(f"/v1/price-lists/{wrong['id']}"))["status"] == "superseded"


@pytest.mark.parametrize(
    ("other", "refused"),
    [
        ({}, False),
        ({"countries": ["FR", "DE"]}, True),
        ({"countries": ["FR"]}, False),
        ({"countries": []}, False),
        ({"tier": "gold"}, False),
        ({"currency": "JPY"}, False),
    ],
)
async def test_no_two_lists_for_the_same_tier_currency_and_country_overlap(
    place: World, other: dict[str, Any], refused: bool
):
    await publishes(place, countries=["DE", "AT"])

    second = await publishes(place, **{"countries": ["DE", "AT"], **other})

    assert second.problem == ("price_list_overlaps" if refused else None)


async def test_a_list_within_another_that_would_go_on_is_refused(place: World):
    await publishes(place)

    within = await publishes(place, effective_from=day(place, 5), effective_to=day(place, 9))

    assert within.problem == "price_list_overlaps"


async def test_a_list_that_is_to_follow_is_not_ended_by_one_that_begins_before_it(place: World):
    following = await publishes(place, name="from March", effective_from=day(place, 60))

    refused = await publishes(place, name="from February", effective_from=day(place, 30))
    until_then = await publishes(place, effective_from=day(place, 30), effective_to=day(place, 60))

    assert (refused.problem, until_then["status"]) == ("price_list_overlaps", "published")
    kept = await place.vendor.get(f"/v1/price-lists/{following['id']}")
    assert (kept["status"], kept["effective_to"]) == ("published", None)


async def test_of_two_published_at_once_for_overlapping_countries_one_is_refused(place: World):
    paths = [await drafts_list(place, countries=countries) for countries in (["DE", "AT"], ["AT", "CH"])]

    both = await asyncio.gather(*(place.vendor.act(path, "publish") for path in paths))

    assert sorted(each.status for each in both) == [200, 409]


async def test_a_draft_is_changed_entry_by_entry_and_a_published_list_never(place: World):
    await sells(place, "B")
    path = await drafts_list(place)
    two = [{"sku": "CL-100", "price": euros(2_000)}, {"sku": "B", "price": euros(5)}]

    await place.vendor.act(path, "entries", {"entries": two})
    await place.vendor.act(path, "entries", {"remove": ["B", "nothing"]})

    rows = (await place.vendor.get(f"{path}/entries"))["data"]
    assert [(each["sku"], each["price"]["amount"], each["version"]) for each in rows] == [("CL-100", 2_000, 2)]
    renamed = await place.vendor.patch(path, {"name": "Renamed", "countries": ["DE"]}, if_match="*")
    assert (renamed["name"], renamed["countries"]) == ("Renamed", ["DE"])
    await place.vendor.act(path, "publish")
    assert (await place.vendor.act(path, "entries", {"entries": two})).problem == "invalid_transition"
    assert (await place.vendor.patch(path, {"name": "x"}, if_match="*")).problem == "invalid_transition"


async def test_an_entry_is_of_the_lists_currency_and_of_something_that_is_sold(place: World):
    path = await drafts_list(place, currency="KWD")
    entries = [
        {"sku": "nothing", "price": {"amount": 1, "currency": "KWD"}},
        {"sku": "CL-100", "price": euros(1)},
    ]

    refused = await place.vendor.act(path, "entries", {"entries": entries})

    assert [each["code"] for each in refused["errors"]] == ["unknown_sku", "currency_mismatch"]


async def test_an_empty_list_is_not_published(place: World):
    made = await place.vendor.post("/v1/price-lists", {"name": "x", "currency": "EUR", "effective_from": day(place, 0)})

    assert (await place.vendor.act(f"/v1/price-lists/{made['id']}", "publish")).problem == "price_list_empty"


async def test_price_lists_are_the_vendors_to_write(place: World):
    seller = await place.partner()
    made = await publishes(place)
    path = f"/v1/price-lists/{made['id']}"

    for answer in (
        await seller.post("/v1/price-lists", {"name": "x", "currency": "EUR", "effective_from": day(place, 0)}),
        await seller.patch(path, {"name": "x"}, if_match="*"),
        await seller.act(path, "entries", {"remove": ["CL-100"]}),
        await seller.act(path, "publish"),
    ):
        assert answer.problem == "forbidden"
    assert (await place.tenant.system.tenant().vendor().get(path)).problem == "not_found"
    assert (await place.vendor.post(f"{path}/publish")).problem == "precondition_required"
