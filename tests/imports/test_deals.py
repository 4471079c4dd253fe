"""Importing changes of deals that were approved: what is decided again goes on without the import."""

from typing import Any

import pytest

from services.deals.protection.tables import protection_claims
from services.deals.registrations.importing import undoes
from services.deals.registrations.tables import deals
from shared.imports.row_tx import Written
from tests.deals.make import BEYOND_LIMIT, GLOBEX, World, events_of, submits, world
from tests.imports.make import Import, carried_out, of_rows
from tests.system import Client, Response, Tenant

REFERENCE = {"system": "crm", "type": "deal", "id": "D1"}
ROW = {
    "external_id": "D1",
    "title": "Migration",
    "customer": GLOBEX,
    "product_family": "cloud",
    "amount": {"amount": 1_000_000, "currency": "EUR"},
    "expected_close_on": "2031-12-31",
}
OTHER = {"name": "Initech AG", "domain": "initech.example", "country": "DE", "tax_id": None}


async def approved(place: World) -> tuple[Client, Response]:
    """A seller, and a deal of its own that was approved."""
    seller = await place.partner()
    deal = await submits(seller, external_references=[REFERENCE])
    assert deal["status"] == "approved", deal.json
    return seller, deal


async def changing(seller: Client, *more: dict[str, Any], **fields: Any) -> Import:
    """An import that changes the deal."""
    rows = [{**ROW, **fields}, *more]
    return await of_rows(seller, "deal", rows, mode="upsert", external_system="crm")


async def seen(seller: Client, deal: Response) -> Response:
    return await seller.get(f"/v1/deals/{deal['id']}")


async def test_an_imported_amount_far_above_the_approved_one_is_decided_again_and_the_decision_stands(tenant: Tenant):
    place = await world(tenant)
    seller, deal = await approved(place)
    made = await changing(seller, amount=BEYOND_LIMIT)

    done = await carried_out(made)
    again = await seen(seller, deal)
    await made.act("rollback")

    assert (done["status"], done["counts"]["updated"]) == ("succeeded", 1)
    assert (again["status"], again["amount"]) == ("in_review", BEYOND_LIMIT)
    assert await made.errors() == [(1, None, "", "decided_upon")]
    assert (await made.state())["counts"]["left"] == 1
    assert (await seen(seller, deal)).json == again.json
    assert (await place.vendor.act(f"/v1/deals/{deal['id']}", "approve"))["amount"] == BEYOND_LIMIT


async def test_an_imported_change_of_the_customer_is_looked_through_like_any_other_and_screened_in_the_run(
    tenant: Tenant,
):
    place = await world(tenant)
    seller, deal = await approved(place)
    made = await changing(seller, {**ROW, "external_id": "D2", "title": "Another"}, customer=OTHER)

    await made.act("validate")
    looked = await seen(seller, deal)
    shown = await seller.get(f"{made.path}/preview")
    await made.act("run")
    screened = await seen(seller, deal)
    await made.act("rollback")

    assert looked.json == deal.json
    assert [each["action"] for each in shown["rows"]] == ["update", "create"]
    assert (screened["status"], screened["customer"]["name"]) == ("approved", OTHER["name"])
    assert len(await events_of(place, "deal.registration.submitted.v1")) == 2
    assert await made.errors() == [(1, None, "", "decided_upon")]
    counts = (await made.state())["counts"]
    assert (counts["updated"], counts["created"], counts["removed"], counts["left"]) == (0, 0, 1, 1)


async def test_looking_through_an_import_spends_no_checks(tenant: Tenant):
    place = await world(tenant)
    seller, deal = await approved(place)
    made = await changing(seller, customer=OTHER)

    await made.act("validate")

    budgets = "SELECT count(*) FROM deals.conflict_check_budgets WHERE tenant_id = $1"
    assert await tenant.system.superuser.fetchval(budgets, tenant.id) == 0
    await made.act("run")
    assert await tenant.system.superuser.fetchval(budgets, tenant.id) == 1
    assert (await seen(seller, deal))["status"] == "approved"


async def test_taking_back_gives_a_protected_deal_its_title_and_leaves_the_time_that_its_activity_has_brought(
    tenant: Tenant,
):
    place = await world(tenant)
    seller, deal = await approved(place)
    await tenant.advance(days=10)
    made = await changing(seller, title="Consolidation")
    await carried_out(made)
    changed = await seen(seller, deal)
    told = len(await events_of(place, "deal.updated.v1"))

    await made.act("rollback")

    back = await seen(seller, deal)
    claim = (await seller.get("/v1/protection-claims", deal_id=deal["id"]))["data"][0]
    assert (changed["title"], back["title"]) == ("Consolidation", deal["title"])
    assert back["lapses_at"] == changed["lapses_at"] == claim["lapses_at"] > deal["lapses_at"]
    assert (await made.state())["counts"]["restored"] == 1
    assert [each["fields"] for each in (await events_of(place, "deal.updated.v1"))[told:]] == [["title"]]


NOW = {"id": "deal_1", "version": 2, "title": "New", "status": "approved", "protected_until": 3, "lapses_at": 2}
DECIDED = {"submitted_at": 1, "decided_at": 1, "decided_by": "policy", "decision_trace": [], "approved_amount": 5}
AFTER = {**NOW, **DECIDED}
BEFORE = {**AFTER, "version": 1, "title": "Old", "protected_until": 2, "lapses_at": 1}


@pytest.mark.parametrize(
    ("before", "undone"),
    [
        (None, [Written(deals, None, AFTER)]),
        (BEFORE, [Written(deals, {**BEFORE, "protected_until": 3, "lapses_at": 2}, AFTER)]),
        ({**BEFORE, "status": "in_review"}, None),
        ({**BEFORE, "submitted_at": 0}, None),
        ({**BEFORE, "decided_at": 0}, None),
        ({**BEFORE, "decided_by": "acc_1"}, None),
        ({**BEFORE, "decision_trace": [{}]}, None),
        ({**BEFORE, "approved_amount": None}, None),
    ],
)
def test_what_is_said_is_undone_and_what_was_decided_is_not(before: Any, undone: Any):
    claim = Written(protection_claims, {"id": "clm_1"}, {"id": "clm_1"})

    assert undoes([Written(deals, before, AFTER), claim]) == undone
