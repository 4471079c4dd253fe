"""A second registration of one customer: refused, taken into the first, or decided by a person; and after an end, later."""

from typing import Any

import pytest

from services.deals.registration_policies.rules import DuplicateRule, EvidenceRule, Quota, RegistrationPolicy
from tests.deals.make import BEYOND_LIMIT, changes, drafts, publishes, submits, world
from tests.deals.test_conflict_cases import claims_of
from tests.system import Response, Tenant

UPDATE = [{"action": "update"}]
REVIEW = [{"action": "review"}]


def reviewed_for(deal: Response) -> list[str]:
    """Why the registration policy leaves a deal to a person."""
    return [why for each in deal["decision_trace"] if each["rule"] == "registration_policy" for why in each["reasons"]]


def findings_of(deal: Any) -> list[dict[str, Any]]:
    """Whom the vendor is shown that a deal met."""
    (entry,) = [each for each in deal["decision_trace"] if each["rule"] == "conflict_screening"]
    return list(entry["inputs"]["findings"])


async def test_a_second_registration_is_refused_with_a_link_to_the_one_that_stands(tenant: Tenant):
    place = await world(tenant)
    seller = await place.partner()
    first = await submits(seller)

    second = await submits(seller)

    assert second.problem == "duplicate_registration"
    assert (second["deal_id"], second["link"]) == (first["id"], f"/v1/deals/{first['id']}")


async def test_the_link_is_for_those_alone_who_may_see_the_other_deal(tenant: Tenant):
    place = await world(tenant)
    seller = await place.partner()
    first = await submits(seller)
    for scope in ("deals:read:own deals:write", "deals:write"):
        colleague = tenant.partner(str(seller.partner_id), scope)
        drafted = await drafts(colleague)
        second = await colleague.post(f"/v1/deals/{drafted['id']}/submit", if_match='"1"')

        assert second.problem == "duplicate_registration"
        assert first["id"] not in second.body.decode()


SPELLINGS = [
    {"name": "Zetatrade Viktória Zrt.", "country": "HU", "domain": "zetatrade.hu"},
    {"name": "Zetatrade Viktoria", "country": "HU"},
    {"name": "ZETATRADE VIKTORIA ZRT", "country": "HU", "domain": "zetatrade.eu"},
]


async def test_a_customer_spelt_differently_is_a_duplicate_all_the_same(tenant: Tenant):
    place = await world(tenant, "cloud", "storage")
    seller = await place.partner()
    first = await submits(seller, SPELLINGS[0])

    for spelling in SPELLINGS[1:]:
        second = await submits(seller, spelling)
        assert (second.problem, second["deal_id"]) == ("duplicate_registration", first["id"])
    # Another product, a subsidiary, and whoever else comes with the customer, are no duplicates.
    assert (await submits(seller, SPELLINGS[1], product_family="storage"))["status"] == "approved"
    daughter = await submits(seller, {"name": "Zetatrade Viktória Romania", "country": "HU"})
    assert daughter["status"] == "approved", daughter.json
    assert (await submits(await place.partner(), SPELLINGS[1]))["conflict_class"] == "probable"


async def test_the_same_name_with_a_domain_of_its_own_is_for_a_person_who_sees_whom_it_meets(tenant: Tenant):
    place = await world(tenant)
    seller = await place.partner()
    first = await submits(seller, SPELLINGS[0])

    second = await submits(seller, {**SPELLINGS[0], "domain": "kereskedohaz.example"})

    assert (second["status"], second["conflict_class"]) == ("in_review", "none")
    assert reviewed_for(second) == ["duplicate"]
    (finding,) = findings_of(await place.vendor.get(f"/v1/deals/{second['id']}"))
    assert (finding["source"], finding["deal_id"]) == ("own_registration", first["id"])
    assert (await place.vendor.act(f"/v1/deals/{second['id']}", "approve"))["status"] == "approved"


async def test_a_rival_that_may_be_one_is_named_to_the_vendor_alone(tenant: Tenant):
    place = await world(tenant)
    first, rival = await submits(await place.partner(), SPELLINGS[0]), await place.partner()
    drafted = await drafts(rival, {**SPELLINGS[0], "domain": "kereskedohaz.example"})
    path = f"/v1/deals/{drafted['id']}"
    foreseen = (await place.vendor.get(f"{path}/approval-preview"))["decision_trace"]

    second = await rival.act(path, "submit")

    assert (second["status"], second["conflict_class"]) == ("in_review", "possible")
    for trace in (foreseen, (await place.vendor.get(path))["decision_trace"]):
        (finding,) = findings_of({"decision_trace": trace})
        assert (finding["class"], finding["deal_id"]) == ("possible", first["id"])
    for shown in (path, f"{path}/approval-preview"):
        assert first["id"] not in (await rival.get(shown)).body.decode()
    assert (await place.vendor.get("/v1/conflict-cases"))["data"] == []


async def test_a_policy_that_says_so_takes_a_differently_spelt_one_into_the_first_or_leaves_it_to_a_person(
    tenant: Tenant,
):
    place = await world(tenant)
    seller = await place.partner()
    first = await submits(seller, SPELLINGS[0])
    await publishes(place.vendor, duplicates=UPDATE)

    second = await submits(seller, SPELLINGS[1], title="Migration and training")

    assert (second["status"], second["duplicate_of"]) == ("withdrawn", first["id"])
    assert (await seller.get(f"/v1/deals/{first['id']}"))["title"] == "Migration and training"
    claims = (await place.vendor.get("/v1/protection-claims")).json["data"]
    assert {each["deal_id"]: each["status"] for each in claims} == {first["id"]: "active", second["id"]: "released"}
    await publishes(place.vendor, duplicates=REVIEW)
    third = await submits(seller, SPELLINGS[2])
    assert (third["status"], third["conflict_class"]) == ("in_review", "none")


async def test_another_product_of_the_same_customer_is_no_duplicate(tenant: Tenant):
    place = await world(tenant, "cloud", "storage")
    seller = await place.partner()
    await submits(seller)

    assert (await submits(seller, product_family="storage"))["status"] == "approved"


async def test_a_second_registration_brings_the_first_up_to_date_where_the_policy_says_so(tenant: Tenant):
    place = await world(tenant)
    seller = await place.partner()
    first = await submits(seller, expected_close_on="2031-01-01")
    await publishes(place.vendor, duplicates=UPDATE)

    second = await submits(seller, title="Migration and training", expected_close_on="2031-06-30", amount=BEYOND_LIMIT)

    assert (second["status"], second["duplicate_of"]) == ("withdrawn", first["id"])
    live = await seller.get(f"/v1/deals/{first['id']}")
    assert (live["title"], live["expected_close_on"]) == ("Migration and training", "2031-06-30")
    assert (live["status"], live["amount"]) == ("approved", first["amount"])


@pytest.mark.parametrize("status", ["approved", "returned"])
async def test_what_is_withdrawn_for_another_of_its_partners_lets_its_customer_go(tenant: Tenant, status: str):
    place = await world(tenant)
    await publishes(place.vendor, duplicates=UPDATE, cool_off_days=0)
    seller, rival = await place.partner(), await place.partner()
    first = await submits(seller, SPELLINGS[0])
    second = await submits(seller, **({"amount": BEYOND_LIMIT} if status == "returned" else {}))
    path = f"/v1/deals/{second['id']}"
    if status == "returned":
        await place.vendor.act(path, "return")

    moved = await changes(seller, path, {"customer": SPELLINGS[0]})
    if status == "returned":
        moved = await seller.act(path, "submit")

    assert (moved["status"], moved["duplicate_of"], moved["lapses_at"]) == ("withdrawn", first["id"], None)
    claims = (await place.vendor.get("/v1/protection-claims"))["data"]
    assert {each["deal_id"]: each["status"] for each in claims} == {first["id"]: "active", second["id"]: "released"}
    assert (await submits(rival))["status"] == "approved"


async def test_one_under_review_is_not_changed_by_a_second(tenant: Tenant):
    place = await world(tenant)
    seller = await place.partner()
    first = await submits(seller, amount=BEYOND_LIMIT)
    await publishes(place.vendor, duplicates=UPDATE)

    second = await submits(seller, title="Another title")

    assert second.problem == "duplicate_registration"
    assert (await seller.get(f"/v1/deals/{first['id']}"))["title"] == first["title"]


async def test_a_person_decides_about_a_second_registration_where_the_policy_says_so(tenant: Tenant):
    place = await world(tenant)
    seller = await place.partner()
    first = await submits(seller)
    await publishes(place.vendor, duplicates=REVIEW)

    second = await submits(seller)

    assert second["status"] == "in_review"
    (entry,) = [each for each in second["decision_trace"] if each["rule"] == "registration_policy"]
    assert (entry["result"], entry["reasons"]) == ("review", ["duplicate"])
    assert (await place.vendor.act(f"/v1/deals/{second['id']}", "approve"))["status"] == "approved"
    assert {each: claim["exclusive"] for each, claim in (await claims_of(place)).items()} == {
        first["id"]: True,
        second["id"]: False,
    }
    await place.vendor.act(f"/v1/deals/{first['id']}", "revoke", {"reason": "The second stands."})
    await tenant.system.settle()
    assert (await claims_of(place))[second["id"]]["exclusive"] is True


async def test_a_person_gives_a_second_registration_nothing_that_another_partner_has_got_meanwhile(tenant: Tenant):
    place = await world(tenant)
    await publishes(place.vendor, duplicates=REVIEW)
    seller = await place.partner()
    first = await submits(seller)
    second = await submits(seller)
    await seller.act(f"/v1/deals/{first['id']}", "lose")
    rivals = await submits(await place.partner())
    await place.vendor.act(f"/v1/deals/{rivals['id']}", "approve")

    refused = await place.vendor.act(f"/v1/deals/{second['id']}", "approve")

    assert (reviewed_for(second), refused.problem) == (["duplicate"], "customer_already_protected")


@pytest.mark.parametrize(
    ("tier", "family", "action"),
    [
        ("gold", "cloud", "update"),
        ("gold", "storage", "review"),
        (None, "cloud", "update"),
        (None, "storage", "refuse"),
    ],
)
def test_the_rule_that_says_most_about_a_deal_decides(tier, family, action):
    policy = RegistrationPolicy(
        1, duplicates=(DuplicateRule("review", tier="gold"), DuplicateRule("update", product_family="cloud"))
    )

    assert policy.on_duplicate(tier=tier, product_family=family) == action


def test_a_tier_has_its_own_quota_and_evidence_is_needed_from_an_amount_on():
    policy = RegistrationPolicy(
        1,
        quotas=(Quota(5), Quota(50, tier="gold")),
        evidence_rules=(EvidenceRule("cloud", "EUR", 100), EvidenceRule("storage")),
    )
    asked = [
        ("cloud", 100, "EUR"),
        ("cloud", 99, "EUR"),
        ("cloud", 100, "USD"),
        ("cloud", None, None),
        ("storage", 1, "JPY"),
    ]

    assert (policy.quota("gold"), policy.quota("silver"), policy.quota(None)) == (50, 5, 5)
    needed = [policy.needs_evidence(product_family=f, amount=a, currency=c) for f, a, c in asked]
    assert needed == [True, False, False, True, True]
