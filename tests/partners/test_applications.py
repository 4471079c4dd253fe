"""A company applies, is screened, and becomes a partner or not."""

import asyncio

import orjson
import pytest

from tests.partners.make import (
    GERMAN_TAX_ID,
    application,
    applied,
    changed,
    events,
    partner,
    published,
)
from tests.system import Tenant


async def test_a_clean_application_waits_for_a_person_and_its_approval_makes_a_partner(tenant: Tenant) -> None:
    vendor = tenant.vendor()
    made = await applied(tenant, tax_id=GERMAN_TAX_ID)
    seen = await vendor.get(f"/v1/applications/{made}")
    assert (seen["status"], seen["reasons"], seen["policy_version"]) == ("in_review", [], 0)
    assert "approve" in seen["allowed_actions"]

    approved = await vendor.act(f"/v1/applications/{made}", "approve", {"reason": "Good references"})

    assert (approved.status, approved["status"], approved["decision_reason"]) == (200, "approved", "Good references")
    assert approved["decided_by"] == vendor.account_id
    made_partner = await vendor.get(f"/v1/partners/{approved['partner_id']}")
    assert (made_partner["name"], made_partner["status"], made_partner["application_id"]) == (
        "Globex GmbH",
        "onboarding",
        made,
    )
    people = (await vendor.get("/v1/people", partner_id=approved["partner_id"]))["data"]
    assert [(each["email"], each["roles"], each["status"]) for each in people] == [
        ("anna.meier@globex.de", ["partner_admin"], "invited")
    ]
    types = [each["type"] for each in await events(tenant)]
    assert types == [
        "partner.application.submitted.v1",
        "partner.directory.v1",
        "partner.application.decided.v1",
        "partner.approved.v1",
        "partner.user.invited.v1",
    ]


async def test_an_applicant_without_a_token_learns_only_that_the_application_arrived(tenant: Tenant) -> None:
    answer = await tenant.anonymous().post("/v1/applications", application())

    assert set(answer.json) == {"object", "id", "version", "created_at", "updated_at", "submitted_at", "status"}
    assert (await tenant.anonymous().get(f"/v1/applications/{answer['id']}")).status == 403
    assert (await tenant.anonymous().get("/v1/applications")).status == 403


async def test_the_second_application_with_the_same_tax_number_under_another_name_is_referred(tenant: Tenant) -> None:
    vendor = tenant.vendor()
    first = await applied(tenant, name="Globex GmbH", tax_id=GERMAN_TAX_ID)
    second = await applied(
        tenant, name="Initech Handels AG", tax_id="DE 136 695 976", website="https://initech.de", email="a@initech.de"
    )

    seen = await vendor.get(f"/v1/applications/{second}")

    assert (seen["status"], seen["reasons"], seen["duplicate_of"]) == ("in_review", ["duplicate_application"], first)
    trace = {each["rule"]: each["outcome"] for each in seen["decision_trace"]["trace"]}
    assert trace["duplicate_application"] == "refer"
    assert trace["free_mail"] is None


async def test_an_application_of_an_existing_partner_is_referred_and_cannot_be_approved_unknowingly(
    tenant: Tenant,
) -> None:
    vendor = tenant.vendor()
    existing = await partner(vendor, name="Globex", tax_id=GERMAN_TAX_ID)
    made = await applied(tenant, name="Globex Vertrieb", tax_id=GERMAN_TAX_ID)
    seen = await vendor.get(f"/v1/applications/{made}")
    assert (seen["status"], seen["reasons"], seen["duplicate_of"]) == ("in_review", ["duplicate_partner"], existing)

    refused = await vendor.act(f"/v1/applications/{made}", "approve")
    accepted = await vendor.act(f"/v1/applications/{made}", "approve", {"accept_duplicate": True})

    assert (refused.status, refused.problem) == (409, "duplicate_partner")
    assert (accepted.status, accepted["status"]) == (200, "approved")
    assert len((await vendor.get("/v1/partners"))["data"]) == 2


async def test_of_two_applications_of_one_company_the_second_cannot_be_approved_after_the_first(tenant: Tenant) -> None:
    vendor = tenant.vendor()
    first = await applied(tenant, tax_id=GERMAN_TAX_ID)
    second = await applied(tenant, name="Globex Deutschland", tax_id=GERMAN_TAX_ID)

    assert (await vendor.act(f"/v1/applications/{second}", "approve")).status == 200

    assert (await vendor.act(f"/v1/applications/{first}", "approve")).problem == "duplicate_partner"


async def test_of_many_applications_at_once_one_is_the_first(tenant: Tenant) -> None:
    made = await asyncio.gather(*(applied(tenant, name=f"Firma {number}", tax_id=GERMAN_TAX_ID) for number in range(8)))

    seen = [await tenant.vendor().get(f"/v1/applications/{each}") for each in made]

    assert sorted(tuple(each["reasons"]) for each in seen) == [()] + [("duplicate_application",)] * 7


@pytest.mark.parametrize(
    ("company", "reasons"),
    [
        ({"email": "anna@gmail.com"}, ["free_mail"]),
        ({"email": "anna@initech.de"}, ["site_mail_mismatch"]),
        ({"email": "anna@mail.globex.de"}, []),
        ({"tax_id": "DE000000000"}, ["tax_id_invalid"]),
        ({"website": None, "email": "anna@globex.de"}, []),
        ({"name": "ООО Ромашка", "country": "RU", "website": "https://romashka.ru", "email": "i@romashka.ru"}, []),
        ({"name": "深圳市环球科技有限公司", "country": "CN", "website": None, "email": "li@globe-tech.cn"}, []),
        (
            {"name": "Árvíztűrő Tükörfúrógép Kft.", "country": "HU", "website": None, "email": "g@gmail.com"},
            ["free_mail"],
        ),
    ],
)
async def test_the_built_in_policy_refers_what_a_person_should_look_at(
    tenant: Tenant, company: dict[str, str], reasons: list[str]
) -> None:
    made = await applied(tenant, **company)

    seen = await tenant.vendor().get(f"/v1/applications/{made}")

    assert (seen["status"], seen["reasons"]) == ("in_review", reasons)


async def test_a_policy_that_approves_by_itself_makes_the_partner_in_the_same_moment(tenant: Tenant) -> None:
    vendor = tenant.vendor()
    await published(vendor, ("free_mail", "application.free_mail", "refer"), auto_approve=True)

    passed = await tenant.anonymous().post("/v1/applications", application())
    referred = await tenant.anonymous().post(
        "/v1/applications", application(name="Initech", website=None, email="x@gmail.com")
    )

    assert (passed["status"], referred["status"]) == ("approved", "in_review")
    seen = await vendor.get(f"/v1/applications/{passed['id']}")
    assert (seen["decided_by"], seen["policy_version"]) == ("system", 1)
    assert (await vendor.get(f"/v1/partners/{seen['partner_id']}"))["status"] == "onboarding"
    decided = [orjson.loads(each["data"]) for each in await events(tenant, "partner.application.decided")]
    assert [(each["decision"], each["automatic"]) for each in decided] == [("approved", True)]


async def test_a_duplicate_is_never_approved_by_itself_unless_the_policy_says_so(tenant: Tenant) -> None:
    vendor = tenant.vendor()
    await partner(vendor, tax_id=GERMAN_TAX_ID)
    await published(vendor, ("duplicate", "application.duplicate_partner", "refer"), auto_approve=True)

    made = await applied(tenant, tax_id=GERMAN_TAX_ID)

    assert (await vendor.get(f"/v1/applications/{made}"))["status"] == "in_review"


async def test_a_failing_rule_rejects_with_its_reason_codes(tenant: Tenant) -> None:
    vendor = tenant.vendor()
    await published(
        vendor,
        ("embargo", 'application.country in ["KP", "IR"]', "fail"),
        ("denied", "application.denied_party", "fail"),
        ("rival", "application.competitor", "refer"),
        denied_parties=["Evil Corp LLC"],
        competitor_domains=["competitor.com"],
    )

    embargoed = await applied(tenant, country="IR", email="a@globex.ir", website=None)
    denied = await applied(tenant, name="EVIL CORP", website="https://evil.com", email="x@evil.com")
    rival = await applied(tenant, name="Rival", website="https://www.competitor.com", email="x@competitor.com")

    seen = [await vendor.get(f"/v1/applications/{each}") for each in (embargoed, denied, rival)]
    assert [(each["status"], each["reasons"]) for each in seen] == [
        ("rejected", ["embargo"]),
        ("rejected", ["denied"]),
        ("in_review", ["rival"]),
    ]
    assert [each["reapply_from"] is not None for each in seen] == [True, True, False]


async def test_a_rejected_company_may_come_back_after_thirty_days_and_is_referred_before(tenant: Tenant) -> None:
    vendor = tenant.vendor()
    made = await applied(tenant, tax_id=GERMAN_TAX_ID)
    rejected = await vendor.act(
        f"/v1/applications/{made}", "reject", {"reason": "Too small", "reason_codes": ["too_small"]}
    )
    assert (rejected["status"], rejected["reasons"], rejected["decision_reason"]) == (
        "rejected",
        ["too_small"],
        "Too small",
    )

    early = await vendor.act(f"/v1/applications/{made}", "reapply")
    again = await applied(tenant, name="Globex neu", tax_id=GERMAN_TAX_ID)
    await tenant.advance(days=31)
    late = await vendor.act(f"/v1/applications/{made}", "reapply")

    assert (early.status, early.problem) == (409, "cooling_off")
    assert (await vendor.get(f"/v1/applications/{again}"))["reasons"] == ["recently_rejected"]
    assert (late.status, late["status"], late["reasons"], late["decided_at"]) == (200, "draft", [], None)


async def test_a_withdrawn_application_frees_the_companys_identity(tenant: Tenant) -> None:
    vendor = tenant.vendor()
    first = await applied(tenant, tax_id=GERMAN_TAX_ID)
    assert (await vendor.act(f"/v1/applications/{first}", "withdraw"))["status"] == "withdrawn"

    second = await applied(tenant, tax_id=GERMAN_TAX_ID)
    assert (await vendor.get(f"/v1/applications/{second}"))["reasons"] == []

    assert (await vendor.act(f"/v1/applications/{first}", "reapply"))["status"] == "draft"
    resubmitted = await vendor.act(f"/v1/applications/{first}", "submit")
    assert resubmitted["reasons"] == ["duplicate_application"]


async def test_the_vendor_drafts_changes_and_submits_an_application(tenant: Tenant) -> None:
    vendor = tenant.vendor()
    draft = await vendor.post("/v1/applications", application(email="anna@gmail.com", tax_id=GERMAN_TAX_ID))
    path = f"/v1/applications/{draft['id']}"
    assert (draft.status, draft["status"], draft["source"], draft["submitted_at"]) == (201, "draft", "vendor", None)

    patched = await changed(
        vendor, path, {"company": {"tax_id": None}, "contact": {"email": "anna@globex.de"}, "answers": {"size": 12}}
    )
    assert (patched["company"]["tax_id"], patched["company"]["website"]) == (None, "https://globex.de")
    assert (patched["contact"]["email"], patched["answers"]) == ("anna@globex.de", {"size": 12})
    nameless = await changed(vendor, path, {"company": {"legal_name": None}})
    submitted = await vendor.act(path, "submit")
    late = await changed(vendor, path, {"answers": {}})

    assert (nameless.status, nameless.json["errors"][0]["pointer"]) == (422, "/company/legal_name")
    assert (submitted["status"], submitted["reasons"]) == ("in_review", [])
    assert (late.status, late.problem) == (409, "invalid_transition")


async def test_actions_are_refused_where_the_state_does_not_allow_them(tenant: Tenant) -> None:
    vendor = tenant.vendor()
    path = f"/v1/applications/{await applied(tenant)}"

    assert (await vendor.act(path, "submit")).problem == "invalid_transition"
    assert (await vendor.act(path, "reapply")).problem == "invalid_transition"
    assert (await vendor.act(path, "reject")).status == 200
    for verb in ("approve", "reject", "withdraw"):
        assert (await vendor.act(path, verb)).problem == "invalid_transition"
