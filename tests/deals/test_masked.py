"""What deals are worth is masked for whoever may view them only."""

import pytest

from tests.deals.make import submits, world
from tests.system import Tenant

BY_AMOUNT = [{"amount[gte]": 0}, {"amount": 1000000}]


@pytest.fixture
async def seen(tenant: Tenant):
    """A deal of a partner, its seller, and somebody of the partner who may view deals."""
    place = await world(tenant)
    seller = await place.partner()
    deal = await submits(seller)
    return deal, seller, tenant.partner(str(seller.partner_id), "deals:view")


async def test_whoever_may_view_deals_sees_all_of_them_but_what_they_are_worth(seen):
    deal, seller, viewer = seen
    shown = await viewer.get(f"/v1/deals/{deal['id']}")
    [listed] = (await viewer.get("/v1/deals"))["data"]
    full = (await seller.get(f"/v1/deals/{deal['id']}")).json

    assert full["amount"] is not None
    masked = {**full, "amount": None, "net": None, "returned": None, "allowed_actions": [], "editable_fields": []}
    assert (shown.json, listed) == (masked, masked)
    assert (await viewer.get(f"/v1/deals/{deal['id']}", fields="amount")).json["amount"] is None


@pytest.mark.parametrize("query", BY_AMOUNT)
async def test_nobody_guesses_an_amount_by_asking_for_it(seen, query):
    _, seller, viewer = seen

    assert (await viewer.get("/v1/deals", **query))["data"] == []
    assert (await viewer.get("/v1/deals/count", **query))["count"] == 0
    assert (await seller.get("/v1/deals", **{"amount[gte]": 0}))["data"] != []


async def test_what_tells_amounts_is_refused(seen):
    deal, seller, viewer = seen
    path = f"/v1/deals/{deal['id']}"

    assert (await viewer.get("/v1/deals", sort="-amount")).problem == "forbidden"
    for other in (
        f"{path}/consumption",
        f"{path}/plan-history",
        "/v1/pipelines/built-in/funnel",
        f"{path}/approval-preview",
    ):
        assert ((await viewer.get(other)).problem, (await seller.get(other)).status) == ("forbidden", 200)
