"""Share templates: what may be shown of a deal, by which version, before and after acceptance."""

from datetime import date
from typing import Any

import pytest

from services.deals.share_templates.rules import CUSTOMER, SHAREABLE, require_contained, seen_of
from shared.errors import Invalid
from tests.deals.make import changes, world
from tests.system import Client, Tenant

DEAL: dict[str, Any] = {
    "title": "Migration",
    "status": "approved",
    "stage": "prospect",
    "product_family": "cloud",
    "expected_close_on": date(2031, 12, 31),
    "closed_on": None,
    "amount": 100,
    "currency": "EUR",
    "net_amount": None,
    "net_currency": None,
    "customer_name": "Globex",
    "customer_domain": "globex.com",
    "customer_country": "US",
    "customer_tax_id": "DE1",
}


def flat(seen: dict[str, Any]) -> dict[str, Any]:
    """What is seen, by the names that a template lists."""
    customer = {f"customer.{name}": value for name, value in seen["customer"].items()}
    return {name: value for name, value in {**seen, **customer}.items() if name != "customer"}


@pytest.mark.parametrize("field", SHAREABLE)
def test_a_field_that_is_listed_is_all_that_is_seen(field: str):
    seen = flat(seen_of(DEAL, [field]))

    assert {name for name, value in seen.items() if value is not None} <= {field}
    assert seen.keys() == set(SHAREABLE)


def test_nothing_is_seen_where_nothing_is_listed_and_everything_where_all_is():
    nothing, everything = flat(seen_of(DEAL, [])), flat(seen_of(DEAL, SHAREABLE))

    assert set(nothing.values()) == {None}
    assert {name for name, value in everything.items() if value is None} == {"closed_on", "net"}
    assert everything["amount"] == {"amount": 100, "currency": "EUR"}
    assert everything["expected_close_on"] == "2031-12-31"


def test_the_people_of_a_customer_cannot_be_shared():
    assert set(CUSTOMER) == {"name", "domain", "country", "tax_id"}
    assert not any("contact" in name or "person" in name for name in SHAREABLE)


@pytest.mark.parametrize(
    ("preview", "fields", "wrong"),
    [
        ([], ["title"], []),
        (["title"], ["title"], []),
        (["amount"], ["title"], ["/preview/0"]),
        (["title", "amount", "net"], ["title"], ["/preview/1", "/preview/2"]),
    ],
)
def test_what_is_shown_before_acceptance_is_shown_after_it(preview: list[str], fields: list[str], wrong: list[str]):
    if not wrong:
        require_contained(preview, fields=fields)
        return
    with pytest.raises(Invalid) as refused:
        require_contained(preview, fields=fields)
    assert [each.pointer for each in refused.value.errors] == wrong


async def drafted(vendor: Client, **fields: Any) -> Any:
    return await vendor.post("/v1/share-templates", {"code": "plain", "name": "Plain", "fields": ["title"], **fields})


async def test_a_version_in_force_never_changes_and_the_next_one_takes_its_place(tenant: Tenant):
    place = await world(tenant)
    first = await drafted(place.vendor)
    assert (first["template_version"], first["status"], first["invitation_days"]) == (1, "draft", 14)
    changed = await changes(place.vendor, f"/v1/share-templates/{first['id']}", {"preview": ["title"]})
    assert changed["preview"] == ["title"]
    await place.vendor.act(f"/v1/share-templates/{first['id']}", "publish")

    second = await drafted(place.vendor, fields=["title", "amount"])
    await place.vendor.act(f"/v1/share-templates/{second['id']}", "publish")

    assert second["template_version"] == 2
    shown = {
        each["template_version"]: each["status"] for each in (await place.vendor.get("/v1/share-templates"))["data"]
    }
    assert shown == {1: "retired", 2: "published"}
    late = await changes(place.vendor, f"/v1/share-templates/{second['id']}", {"name": "Other"})
    assert late.problem == "invalid_transition"


async def test_templates_are_the_vendors_to_write_and_name_fields_that_exist(tenant: Tenant):
    place = await world(tenant)
    seller = await place.partner()

    assert (await drafted(seller)).status == 403
    unknown = await drafted(place.vendor, fields=["title", "customer.contact"])
    assert (unknown.status, unknown.json["errors"][0]["pointer"]) == (422, "/fields/1")
    wider = await drafted(place.vendor, preview=["amount"])
    assert (wider.status, wider.json["errors"][0]["code"]) == (422, "not_shared")
