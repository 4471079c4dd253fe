"""Which tier a partner was, is and will be in."""

from datetime import timedelta

import orjson

from tests.partners.make import changed, events, partner, tier, working_partner
from tests.system import Tenant


async def test_a_tier_counts_from_its_day_and_the_history_keeps_every_one(tenant: Tenant) -> None:
    vendor = tenant.vendor()
    await tier(vendor, "silver", 1)
    await tier(vendor, "gold", 2)
    made = await working_partner(vendor)
    path = f"/v1/partners/{made}"
    next_month = (tenant.now() + timedelta(days=30)).date().isoformat()

    now = await changed(vendor, path, {"tier": "silver", "tier_effective_on": "2020-01-01"})
    later = await changed(vendor, path, {"tier": "gold", "tier_effective_on": next_month})
    await tenant.advance(days=31)
    then = await vendor.get(path)

    assert (now["tier"], now["tier_since"]) == ("silver", "2020-01-01")
    assert (later["tier"], then["tier"], then["tier_since"]) == ("silver", "gold", next_month)
    history = (await tenant.partner(made).get(f"{path}/tier-history"))["data"]
    assert [(each["tier"], each["effective_on"]) for each in history] == [
        ("gold", next_month),
        ("silver", "2020-01-01"),
    ]
    told = [orjson.loads(each["data"]) for each in await events(tenant, "partner.tier_changed")]
    assert [(each["old_tier"], each["new_tier"], each["effective_on"]) for each in told] == [
        (None, "silver", "2020-01-01"),
        ("silver", "gold", next_month),
    ]
    shown = [orjson.loads(each["data"])["tier"] for each in await events(tenant, "partner.directory")]
    assert shown[-1] == "gold"


async def test_a_tier_of_an_earlier_day_does_not_undo_a_later_one(tenant: Tenant) -> None:
    vendor = tenant.vendor()
    await tier(vendor, "silver", 1)
    await tier(vendor, "gold", 2)
    path = f"/v1/partners/{await partner(vendor)}"

    await changed(vendor, path, {"tier": "gold", "tier_effective_on": "2021-01-01"})
    backdated = await changed(vendor, path, {"tier": "silver", "tier_effective_on": "2020-01-01"})

    assert (backdated["tier"], backdated["tier_since"]) == ("gold", "2021-01-01")


async def test_a_tier_must_exist_and_a_day_needs_a_tier(tenant: Tenant) -> None:
    vendor = tenant.vendor()
    path = f"/v1/partners/{await partner(vendor)}"

    unknown = await changed(vendor, path, {"tier": "platinum"})
    dayless = await changed(vendor, path, {"tier_effective_on": "2030-01-01"})
    cleared = await changed(vendor, path, {"tier": None})

    assert (unknown.status, unknown.json["errors"][0]["code"]) == (422, "unknown_tier")
    assert (dayless.status, dayless.json["errors"][0]["pointer"]) == (422, "/tier")
    assert cleared.status == 422
