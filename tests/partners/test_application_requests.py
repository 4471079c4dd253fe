"""How applications are asked for: bodies, versions, repetitions, races, and callers who may not."""

import asyncio

import pytest

from tests.partners.make import OTHER_GERMAN_TAX_ID, application, applied, partner
from tests.system import Tenant


async def test_an_action_needs_the_version_seen(tenant: Tenant) -> None:
    vendor = tenant.vendor()
    path = f"/v1/applications/{await applied(tenant)}"
    etag = (await vendor.get(path)).headers["etag"]

    without = await vendor.post(f"{path}/reject", {})
    stale = await vendor.post(f"{path}/reject", {}, if_match='"1"')
    done = await vendor.post(f"{path}/reject", {}, if_match=etag)

    assert (without.problem, stale.problem, done.status) == ("precondition_required", "stale_version", 200)


async def test_one_of_two_simultaneous_approvals_makes_the_partner(tenant: Tenant) -> None:
    vendor = tenant.vendor()
    path = f"/v1/applications/{await applied(tenant)}"
    etag = (await vendor.get(path)).headers["etag"]

    answers = await asyncio.gather(*(vendor.post(f"{path}/approve", {}, if_match=etag) for _ in range(6)))

    assert sorted(each.status for each in answers) == [200] + [409] * 5
    assert len((await vendor.get("/v1/partners"))["data"]) == 1


async def test_a_repeated_application_with_the_same_key_is_one_application(tenant: Tenant) -> None:
    anonymous = tenant.anonymous()
    first = await anonymous.post("/v1/applications", application(), idempotency_key="form-1")
    repeat = await anonymous.post("/v1/applications", application(), idempotency_key="form-1")
    other = await anonymous.post("/v1/applications", application(name="Other"), idempotency_key="form-1")

    assert (first.body, repeat.headers["idempotent-replayed"]) == (repeat.body, "true")
    assert other.problem == "idempotency_key_reused"
    assert len((await tenant.vendor().get("/v1/applications"))["data"]) == 1


async def test_partners_and_other_vendors_see_no_applications(tenant: Tenant) -> None:
    vendor = tenant.vendor()
    path = f"/v1/applications/{await applied(tenant)}"
    insider = tenant.partner(await partner(vendor, name="Initech", tax_id=OTHER_GERMAN_TAX_ID))
    stranger = tenant.system.tenant().vendor()

    for caller in (insider, stranger):
        assert (await caller.get(path)).problem == "not_found"
        assert (await caller.get("/v1/applications"))["data"] == []
        assert (await caller.act(path, "approve")).status in (403, 404)
    assert (await insider.post("/v1/applications", application())).problem == "forbidden"


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        (application(country="Germany"), "/company/country"),
        (application(email="nobody"), "/contact/email"),
        (application(website="javascript:alert(1).x"), "/company/website"),
        (application(website="globex"), "/company/website"),
        (application(name=""), "/company/legal_name"),
        (application() | {"status": "approved"}, "/status"),
        (application() | {"answers": {"a": {"nested": 1}}}, "/answers/a"),
    ],
)
async def test_a_malformed_application_is_refused_by_place(
    tenant: Tenant, body: dict[str, object], pointer: str
) -> None:
    answer = await tenant.anonymous().post("/v1/applications", body)

    assert (answer.status, answer.problem) == (422, "invalid")
    assert any(each["pointer"].startswith(pointer) for each in answer.json["errors"])
