"""What a person decides, whatever rules a vendor has written."""

from typing import Any

import pytest

from services.deals.approval.rules import DEFAULT
from services.deals.registrations.rules import reasons_for_a_person
from tests.deals.make import BEYOND_LIMIT, GLOBEX, World, changes, submits, world
from tests.system import Response, Tenant


@pytest.mark.parametrize(
    ("conflict", "named", "reasons"),
    [
        ("none", False, []),
        ("possible", False, []),
        ("probable", False, ["conflict"]),
        ("related", False, ["conflict"]),
        ("blocking", True, ["conflict", "named_account"]),
        ("none", True, ["named_account"]),
        (None, None, []),
    ],
)
def test_a_likely_rival_and_a_named_account_are_for_a_person(conflict, named, reasons):
    assert reasons_for_a_person({"conflict.class": conflict, "customer.named": named}) == reasons


async def anything_goes(place: World) -> None:
    """The vendor's policy has a single rule, which holds for every deal."""
    body = {"name": "Anything", "rules": [{"code": "any", "when": "true", "reason": "Never."}]}
    draft = await place.vendor.post("/v1/approval-policies", body)
    assert (await place.vendor.act(f"/v1/approval-policies/{draft['id']}", "publish")).status == 200


def said(deal: Response) -> list[list[str]]:
    """Why the trace says that a person decides."""
    found: list[dict[str, Any]] = deal["decision_trace"]
    return [each["reasons"] for each in found if each["rule"] == "decided_by_a_person"]


async def test_a_registration_that_probably_meets_another_is_reviewed_whatever_the_policy_says(tenant: Tenant):
    place = await world(tenant)
    first, second = await place.partner(), await place.partner()
    pending = await submits(first, amount=BEYOND_LIMIT)
    await anything_goes(place)

    met = await submits(second)

    assert (pending["status"], met["conflict_class"]) == ("in_review", "probable")
    assert (met["status"], said(met)) == ("in_review", [["conflict"]])
    (case,) = (await place.vendor.get("/v1/conflict-cases"))["data"]
    assert case["deal_id"] == met["id"]


async def test_a_named_account_is_reviewed_whatever_the_policy_says_and_so_is_a_new_amount_for_it(tenant: Tenant):
    place = await world(tenant)
    await anything_goes(place)
    await place.vendor.post("/v1/customers", {**GLOBEX, "named_account": True})
    seller = await place.partner()

    deal = await submits(seller)
    approved = await place.vendor.act(f"/v1/deals/{deal['id']}", "approve")
    again = await changes(seller, f"/v1/deals/{deal['id']}", {"amount": {"amount": 2_000_000, "currency": "EUR"}})

    assert (deal["status"], said(deal)) == ("in_review", [["named_account"]])
    assert approved["status"] == "approved"
    assert (again["status"], said(again)) == ("in_review", [["named_account"]])


@pytest.mark.parametrize("fact", ["partner.agreement_in_force", "partner.credential_valid"])
@pytest.mark.parametrize(("known", "outcome"), [(True, "pass"), (None, "pass"), (False, "refer")])
def test_what_is_not_known_of_a_partner_is_not_held_against_it_and_what_is_wrong_is(fact, known, outcome):
    facts = {
        "partner.active": True,
        "partner.within_quota": True,
        "deal.amount": 1,
        "deal.amount_limit": 1,
        "deal.completeness": 100,
        "deal.evidence_ok": True,
        "customer.named": False,
        "conflict.class": "none",
    }

    assert DEFAULT.policy.evaluate(facts | {fact: known}).outcome == outcome
