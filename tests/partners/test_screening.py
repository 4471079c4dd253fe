"""Screening policies: drafted, tried, published, never changed again."""

import asyncio

import pytest

from tests.partners.make import GERMAN_TAX_ID, applied, changed, partner, policy, published
from tests.system import Tenant

NOUN = "/v1/screening-policies"


async def test_a_draft_screens_nothing_until_it_is_published(tenant: Tenant) -> None:
    vendor = tenant.vendor()
    draft = await vendor.post(NOUN, policy(("nobody", "true", "fail")))
    before = await applied(tenant)

    shown = await vendor.act(f"{NOUN}/{draft['id']}", "publish")
    after = await applied(tenant, name="Initech", website="https://initech.de", email="a@initech.de")

    assert (draft["status"], draft["policy_version"]) == ("draft", None)
    assert (shown["status"], shown["policy_version"], shown["published_by"]) == ("published", 1, vendor.account_id)
    states = [(await vendor.get(f"/v1/applications/{each}"))["status"] for each in (before, after)]
    assert states == ["in_review", "rejected"]


async def test_a_published_policy_never_changes_and_the_next_one_takes_its_place(tenant: Tenant) -> None:
    vendor = tenant.vendor()
    first = await published(vendor, ("a", "application.free_mail", "refer"))

    late = await changed(vendor, f"{NOUN}/{first}", {"auto_approve": True})
    again = await vendor.act(f"{NOUN}/{first}", "publish")
    second = await published(vendor, ("b", "application.free_mail", "fail"))

    assert (late.problem, again.problem) == ("invalid_transition", "invalid_transition")
    assert (await vendor.get(f"{NOUN}/{first}"))["status"] == "superseded"
    assert (await vendor.get(f"{NOUN}/{second}"))["policy_version"] == 2


async def test_a_draft_can_be_changed_before_it_counts(tenant: Tenant) -> None:
    vendor = tenant.vendor()
    draft = await vendor.post(NOUN, policy(("a", "application.free_mail", "refer")))

    answer = await changed(vendor, f"{NOUN}/{draft['id']}", {"default": "refer", "auto_approve": True})

    assert (answer["default"], answer["auto_approve"], answer["version"]) == ("refer", True, 2)


@pytest.mark.parametrize(
    ("rule", "pointer"),
    [
        (("a", "application.free_mial", "refer"), "/rules/0/when"),
        (("a", "application.country", "refer"), "/rules/0/when"),
        (("a", "application.country == ", "refer"), "/rules/0/when"),
        (("a", 'matches(application.country, "x")', "refer"), "/rules/0/when"),
    ],
)
async def test_a_rule_that_cannot_be_used_is_refused_when_saved(
    tenant: Tenant, rule: tuple[str, str, str], pointer: str
) -> None:
    answer = await tenant.vendor().post(NOUN, policy(rule))

    assert (answer.status, answer.problem, answer.json["errors"][0]["pointer"]) == (422, "invalid_rule", pointer)


async def test_a_policy_is_tried_on_facts_without_storing_anything(tenant: Tenant) -> None:
    vendor = tenant.vendor()
    draft = await vendor.post(
        NOUN, policy(("free", "application.free_mail", "refer"), ("far", 'application.country == "NZ"', "fail"))
    )
    path = f"{NOUN}/{draft['id']}/preview"
    clean = {"application.free_mail": False, "application.country": "DE"}

    passed = await vendor.post(path, {"facts": clean})
    failed = await vendor.post(path, {"facts": {"application.free_mail": True, "application.country": "NZ"}})
    missing = await vendor.post(path, {"facts": {"application.country": "DE"}})
    unknown = await vendor.post(path, {"facts": {"application.colour": "red"}})

    assert (passed["status"], passed["evaluation"]["outcome"]) == ("in_review", "pass")
    assert (failed["status"], failed["evaluation"]["reasons"]) == ("rejected", ["far"])
    assert missing["evaluation"]["outcome"] == "refer"
    assert missing["evaluation"]["trace"][0]["error"] == "fact application.free_mail is missing"
    assert (unknown.status, unknown.json["errors"][0]["code"]) == (422, "unknown_fact")


async def test_a_policy_is_tried_on_an_application_as_things_stand_now(tenant: Tenant) -> None:
    vendor = tenant.vendor()
    draft = await vendor.post(NOUN, policy(("twin", "application.duplicate_partner", "fail")))
    application = await applied(tenant, tax_id=GERMAN_TAX_ID)
    path = f"{NOUN}/{draft['id']}/preview"

    before = await vendor.post(path, {"application_id": application})
    await partner(vendor, tax_id=GERMAN_TAX_ID)
    after = await vendor.post(path, {"application_id": application})
    both = await vendor.post(path, {"application_id": application, "facts": {}})

    assert (before["status"], after["status"], both.status) == ("in_review", "rejected", 422)
    assert (await vendor.get(f"/v1/applications/{application}"))["version"] == 3


async def test_of_two_published_at_once_the_loser_is_refused_or_follows(tenant: Tenant) -> None:
    vendor = tenant.vendor()
    drafts = [await vendor.post(NOUN, policy((f"r{number}", "true", "refer"))) for number in range(4)]

    answers = await asyncio.gather(*(vendor.act(f"{NOUN}/{each['id']}", "publish") for each in drafts))

    assert {each.status for each in answers} <= {200, 409}
    counting = (await vendor.get(NOUN, status="published"))["data"]
    assert len(counting) == 1
    numbers = [each["policy_version"] for each in (await vendor.get(NOUN))["data"] if each["policy_version"]]
    assert sorted(numbers) == list(range(1, len(numbers) + 1))


async def test_only_the_vendor_knows_and_writes_policies(tenant: Tenant) -> None:
    vendor = tenant.vendor()
    path = f"{NOUN}/{await published(vendor, ('a', 'true', 'refer'))}"
    insider = tenant.partner(await partner(vendor))

    assert (await insider.get(path)).problem == "not_found"
    assert (await insider.get(NOUN))["data"] == []
    assert (await insider.post(NOUN, policy(("a", "true", "pass")))).problem == "forbidden"
    assert (await insider.post(f"{path}/preview", {"facts": {}})).problem == "not_found"
    assert (await vendor.post(f"{path}/publish")).problem == "precondition_required"
