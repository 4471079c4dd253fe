"""Writes by reference that expect something: a version, or that there is nothing yet."""

import pytest

from tests.extensions.make import sellers
from tests.extensions.test_references import BODY, PATH
from tests.leads import make as leads
from tests.system import Tenant


async def test_a_write_by_reference_holds_to_the_version_that_was_seen(tenant: Tenant):
    _, seller = await sellers(tenant)

    async def asked(title: str = "Migration", **headers: str):
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return await seller.request("PUT", PATH, {**BODY, "title": title}, headers=named)

    nothing = await asked(if_match='"1"')
    made = await asked(if_none_match="*")
    etag = made.headers["etag"]
    twice = await asked("Overwritten", if_none_match="*")
    stale = await asked("Overwritten", if_match='"77"')
    weak = await asked("Overwritten", if_match=f"W/{etag}")
    current = await asked("Known", if_match=etag)
    again = await asked("Known", if_match=etag)
    unasked = await asked("Free")

    assert [(each.status, each.problem) for each in (nothing, twice, stale, weak, again)] == [
        (412, "precondition_failed"),
        (412, "precondition_failed"),
        (412, "stale_version"),
        (412, "stale_version"),
        (412, "stale_version"),
    ]
    assert [(each.status, each["title"]) for each in (made, current, unasked)] == [
        (201, "Migration"),
        (200, "Known"),
        (200, "Free"),
    ]


@pytest.mark.parametrize("noun", ["leads", "partners", "direct-opportunities"])
async def test_so_it_is_for_every_noun_that_is_written_by_reference(tenant: Tenant, noun: str):
    place, _ = await sellers(tenant)
    await leads.partners(tenant, 1)
    body = {
        "leads": leads.body(),
        "partners": {"name": "Initech", "country": "GB"},
        "direct-opportunities": {
            "title": "Ours",
            "customer": {"name": "Umbrella", "domain": "umbrella.example", "country": "US"},
            "product_family": "cloud",
        },
    }[noun]
    path = f"/v1/{noun}/by-external-reference/crm/opportunity/0061"

    async def asked(**headers: str):
        return await place.vendor.request(
            "PUT", path, body, headers={name.replace("_", "-"): value for name, value in headers.items()}
        )

    answers = [
        await asked(if_match="*"),
        await asked(if_none_match="*"),
        await asked(if_none_match="*"),
        await asked(if_match='"9"'),
        await asked(if_match='"1"'),
    ]
    body = {"nonsense": True}
    refused = [await asked(if_match='"9"'), await asked(if_none_match="*"), await asked(if_match="*"), await asked()]

    assert [each.status for each in answers] == [412, 201, 412, 412, 200]
    # What it is written to is looked at before what is written.
    assert [each.status for each in refused] == [412, 412, 422, 422]


async def test_what_others_call_an_object_by_may_be_in_any_script(tenant: Tenant):
    _, seller = await sellers(tenant)
    path = f"{PATH.rpartition('/')[0]}/日本 ő-1"

    made, again = [await seller.request("PUT", path, BODY) for _ in range(2)]

    assert (made.status, again.status, again["id"]) == (201, 200, made["id"])
