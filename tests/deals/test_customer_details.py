"""Numbers of registers, addresses and how a customer's people are reached: compared, kept, and shown to no rival."""

from typing import Any

import orjson
import pytest

from tests.deals.make import GLOBEX, changes, drafts, submits, world
from tests.system import Tenant

_LEI = "529900T8BM49AURSDO55"
_DETAILS = {
    "lei": _LEI,
    "duns": "15-048-3782",
    "address": "1 Harbour Road, Springfield",
    "email": "homer@globex.com",
    "phone": "+36 1 234 5678",
}


@pytest.mark.parametrize(
    ("shared", "conflict", "reason"),
    [
        ({"lei": _LEI}, "blocking", "same_tax_id"),
        ({"duns": "150483782"}, "blocking", "same_tax_id"),
        ({"email": "Homer+deals@Globex.com"}, "probable", "same_contact"),
        ({"phone": "0036 (1) 234-5678"}, "possible", "same_contact"),
        (
            {"address": "1 Harbour Rd, Springfield", "phone": "06 1 234 5678", "country": "HU"},
            "possible",
            "same_address",
        ),
    ],
)
async def test_what_is_known_of_a_customer_beside_its_name_brings_it_together(tenant: Tenant, shared, conflict, reason):
    place = await world(tenant)
    first = await submits(await place.partner(), {"name": "Globex Corporation", "country": "HU", **_DETAILS})
    assert first["status"] == "approved", first.json
    rival = await place.partner()

    checked = await rival.post(
        "/v1/conflict-checks", {"customer": {"name": "Hydrowerk", **shared}, "product_family": "cloud"}
    )

    assert (checked["class"], reason in checked["reasons"]) == (conflict, True), checked.json


async def test_details_are_kept_as_entered_and_told_to_nobody_else(tenant: Tenant):
    place = await world(tenant)
    seller = await place.partner()
    deal = await submits(seller, GLOBEX | _DETAILS)
    rival = await place.partner()
    met = await submits(rival, GLOBEX | {"name": "Globex", "email": "homer@globex.com"})

    assert deal["customer"] == GLOBEX | _DETAILS
    changed = await changes(seller, f"/v1/deals/{deal['id']}", {"customer": {"phone": None}})
    assert changed["customer"]["phone"] is None
    (case,) = (await place.vendor.get("/v1/conflict-cases")).json["data"]
    assert (met["conflict_class"], case["findings"][0]["customer"]["lei"]) == ("blocking", _LEI)
    assert "same_contact" in case["reasons"]
    assert (await place.vendor.get(f"/v1/conflict-cases/{case['id']}/replay"))["agrees"]
    for told in (case, (await rival.get(f"/v1/conflict-cases/{case['id']}")).json, await _said_of(place, tenant)):
        assert "homer" not in orjson.dumps(told).decode().lower()


async def _said_of(place: Any, tenant: Tenant) -> list[Any]:
    """All that the deals service has told of the tenant, in events and in its audit trail."""
    events = await tenant.system.superuser.fetch("SELECT data::text FROM deals.events WHERE tenant_id = $1", tenant.id)
    trail = await tenant.system.superuser.fetch("SELECT * FROM deals.audit_records WHERE tenant_id = $1", tenant.id)
    return [str(dict(each)) for each in (*events, *trail)]


@pytest.mark.parametrize(
    ("member", "value", "code"),
    [
        ("lei", "529900T8BM49AURSDO56", "lei_check_digits"),
        ("lei", "not a lei", "wrong_form"),
        ("duns", "12345", "wrong_form"),
        ("email", "homer", "wrong_form"),
    ],
)
async def test_a_detail_that_can_be_none_is_refused_with_what_is_wrong(tenant: Tenant, member, value, code):
    place = await world(tenant)

    refused = await drafts(await place.partner(), GLOBEX | {member: value})

    assert (refused.status, refused["errors"][0]["code"]) == (422, code)
    assert refused["errors"][0]["pointer"] == f"/customer/{member}"
