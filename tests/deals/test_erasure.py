"""How a customer's people are reached is erased, when somebody asks for it and when it was kept for long enough."""

from typing import Any

import orjson
import pytest

from services.deals.erasure import rules
from shared.matching import Company
from tests.deals.make import GLOBEX, World, changes, drafts, events_of, submits, world
from tests.imports.make import of_csv
from tests.system import Client, Tenant

_PEOPLE = {"address": "742 Evergreen Terrace", "email": "homer@simpson.example", "phone": "+36 1 234 5678"}
_TRACES = ("homer", "evergreen", "2345678", "234 5678", "simpson.example")


async def kept_of_people(tenant: Tenant) -> dict[str, str]:
    """Every row of the tenant, of any table of any service, that still says how somebody is reached."""
    root = tenant.system.superuser
    tables = await root.fetch(
        "SELECT table_schema || '.' || table_name AS name FROM information_schema.columns"
        " WHERE column_name = 'tenant_id' AND table_schema = ANY($1)",
        ["gateway", "partners", "deals", "leads", "incentives"],
    )
    found = {}
    for table in tables:
        rows = await root.fetch(f"SELECT t::text AS said FROM {table['name']} t WHERE tenant_id = $1", tenant.id)
        for row in rows:
            if any(trace in row["said"].lower() for trace in _TRACES):
                found[table["name"]] = row["said"]
    return found


async def customer_of(vendor: Client, name: str) -> dict[str, Any]:
    listed = (await vendor.get("/v1/customers")).json["data"]
    return next(each for each in listed if each["name"] == name)


async def keeps_for(place: World, days: int | None) -> None:
    made = await place.vendor.post("/v1/retention-policies", {"contact_days": days})
    assert (made.status, made["status"], made["contact_days"]) == (201, "in_force", days), made.json


def test_spellings_that_differed_in_people_alone_are_one_and_keys_of_people_are_let_go():
    row = {"name": "Globex", "country": "US", "domain": "globex.com", "tax_id": None, "lei": None, "duns": None}
    spelt = [{"name": "Globex", **_PEOPLE}, {"name": "Globex Power", "email": _PEOPLE["email"]}]
    row = {**row, **_PEOPLE, "known_as": spelt}

    left = rules.of_customer(row)
    deciding, found_by = rules.lost_keys(rules.known_of(row))

    assert left == {"address": None, "email": None, "phone": None, "known_as": [{"name": "Globex Power"}]}
    assert (deciding, {key[:2] for key in found_by}) == ([], {"m:", "p:", "d:"})
    assert not rules.has_contacts({**row, **left}) and rules.has_contacts(row)
    assert rules.lost_keys([Company("Globex", country="US", domain="globex.com")]) == ([], [])


async def test_nothing_is_left_of_a_customers_people_in_any_table_but_the_customer_is(tenant: Tenant):
    place = await world(tenant)
    seller = await place.partner()
    deal = await submits(seller, GLOBEX | _PEOPLE)
    await changes(seller, f"/v1/deals/{deal['id']}", {"customer": {"phone": "+36 1 234 5678 "}})
    columns = "name,country,domain,address,email,phone\n"
    imported = await of_csv(
        place.vendor, "customer", f"{columns}Globex Power,US,globex.com,{','.join(_PEOPLE.values())}"
    )
    for step in ("validate", "run"):
        await imported.act(step)
    merged = await place.vendor.post("/v1/customers", {"name": "Springfield Nuclear", "country": "US", **_PEOPLE})
    globex = await customer_of(place.vendor, GLOBEX["name"])
    path = f"/v1/customers/{globex['id']}"
    await place.vendor.act(path, "merge", {"customer_id": merged["id"]})
    await tenant.system.settle()
    assert {"deals.deals", "deals.customers", "deals.match_keys", "deals.import_rows"} <= set(
        await kept_of_people(tenant)
    )
    assert "erase" in (await place.vendor.get(path))["allowed_actions"]

    erased = await place.vendor.act(path, "erase")
    await tenant.system.settle()

    assert erased.status == 200, erased.json
    assert [erased[part] for part in ("address", "email", "phone", "domain")] == [None, None, None, GLOBEX["domain"]]
    assert erased["contacts_erased_at"] is not None
    assert await kept_of_people(tenant) == {}
    seen = await seller.get(f"/v1/deals/{deal['id']}")
    assert (seen["status"], seen["customer"]["email"], seen["customer"]["name"]) == ("approved", None, GLOBEX["name"])
    told = [
        each for each in await events_of(place, "customer.contacts_erased.v1") if each["customer_id"] == globex["id"]
    ]
    assert [(each["deals"], each["cause"]) for each in told] == [(1, "request")]
    audited = await tenant.system.superuser.fetch(
        "SELECT changes FROM deals.audit_records WHERE subject = $1 AND subject_version = $2",
        globex["id"],
        erased["version"],
    )
    assert [orjson.loads(each["changes"])["email"] for each in audited] == [{"sealed": True}]
    back = await imported.act("rollback")
    assert back.status == 202 and (await imported.state())["status"] == "rolled_back"
    assert await kept_of_people(tenant) == {}


async def test_what_nothing_happened_with_for_long_is_erased_and_what_is_alive_stays(tenant: Tenant):
    place = await world(tenant)
    seller = await place.partner()
    ended = await submits(seller, {"name": "Ended", "country": "US", "domain": "ended.example", **_PEOPLE})
    assert (await seller.act(f"/v1/deals/{ended['id']}", "lose", {"reason": "price"})).status == 200
    draft = await drafts(seller, {"name": "Drafted", "country": "US", **_PEOPLE})
    await tenant.advance(days=20)
    later = {"name": "Later", "country": "US", "domain": "later.example", "phone": "+36 1 765 4321"}
    await place.vendor.post("/v1/customers", later)
    await keeps_for(place, None)
    await keeps_for(place, 30)

    await tenant.advance(days=5)
    before = await kept_of_people(tenant)
    await tenant.advance(days=6)
    after = await kept_of_people(tenant)

    assert {"deals.deals", "deals.customers", "deals.match_keys"} <= set(before)
    assert after == {}
    assert (await seller.get(f"/v1/deals/{draft['id']}"))["customer"]["email"] is None
    assert (await customer_of(place.vendor, "Later"))["phone"] == later["phone"]
    told = await events_of(place, "customer.contacts_erased.v1")
    assert [(each["deals"], each["cause"]) for each in told] == [(1, "retention")]
    listed = (await place.vendor.get("/v1/retention-policies"))["data"]
    assert [each["status"] for each in listed] == ["in_force", "superseded"]


async def test_a_customer_with_a_live_deal_is_kept_however_long_it_takes(tenant: Tenant):
    place = await world(tenant)
    await submits(await place.partner(), GLOBEX | _PEOPLE)
    await keeps_for(place, 30)

    await tenant.advance(days=40)

    assert (await customer_of(place.vendor, GLOBEX["name"]))["email"] == _PEOPLE["email"]


@pytest.mark.parametrize("days", [0, 29, 3651])
async def test_contacts_are_kept_for_a_month_at_the_least_and_ten_years_at_the_most(tenant: Tenant, days: int):
    refused = await tenant.vendor().post("/v1/retention-policies", {"contact_days": days})

    assert (refused.status, refused["errors"][0]["pointer"]) == (422, "/contact_days")
