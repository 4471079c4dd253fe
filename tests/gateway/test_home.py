"""The landing view: what awaits a caller, as its permissions and its data have it."""

import asyncio
from datetime import UTC, datetime
from typing import Any

from gateway.home.items import ITEMS
from gateway.home.queries import counts, filter_of, items_for
from gateway.roles.defaults import DEFAULT_ROLES
from services.deals.registrations.lifecycle import LIVE
from shared.auth.principal import from_claims
from shared.errors import Unavailable
from shared.events.catalog.partners import VisibilityChanged
from shared.reach import keep_visibility
from shared.web.peer import Peer
from tests.deals.engaging import invites, template
from tests.deals.make import BEYOND_LIMIT, drafts, submits, world
from tests.partners.make import applied
from tests.system import Client, Response, Tenant

_NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)


def awaiting(answer: Response) -> dict[str, int]:
    """The counts of a landing view by their codes."""
    return {each["code"]: each["count"] for each in answer["items"]}


def with_role(tenant: Tenant, code: str, *, partner_id: str | None = None) -> Client:
    """Somebody who has a role as shipped, with what every person has beside it."""
    scope = " ".join((*DEFAULT_ROLES[code].scopes, "home:read"))
    return tenant.partner(partner_id, scope) if partner_id else tenant.vendor(scope)


async def test_a_channel_manager_sees_applications_conflicts_and_the_deals_of_its_partners_that_wait(
    tenant: Tenant,
) -> None:
    place = await world(tenant)
    seller, rival = await place.partner(), await place.partner()
    await submits(seller, amount=BEYOND_LIMIT)
    await submits(rival, {"name": "Umbrella", "domain": "umbrella.com", "country": "US"}, amount=BEYOND_LIMIT)
    await applied(tenant)
    manager = with_role(tenant, "channel_manager")
    assigned = VisibilityChanged(viewer=manager.account_id, partners={str(seller.partner_id): "records_and_money"})
    await place.delivers(keep_visibility, assigned, subject=manager.account_id, version=1, at=tenant.now())

    home = await manager.get("/v1/home")

    assert (home["side"], home["unavailable"]) == ("vendor", [])
    assert awaiting(home) == {
        "applications_to_decide": 1,
        "deals_to_decide": 1,
        "conflict_cases_open": 0,
        "approvals_to_decide": 0,
        "special_prices_to_approve": 0,
        "engagements_to_approve": 0,
        "leads_to_assign": 0,
        "partners_to_activate": 0,
    }


async def test_a_seller_sees_its_own_partners_deals_and_nobody_elses(tenant: Tenant) -> None:
    place = await world(tenant)
    seller, rival = await place.partner(), await place.partner()
    await drafts(seller)
    await drafts(seller, {"name": "Initech", "domain": "initech.com", "country": "US"})
    await drafts(rival, {"name": "Umbrella", "domain": "umbrella.com", "country": "US"})

    home = await with_role(tenant, "sales_manager", partner_id=seller.partner_id).get("/v1/home")

    assert home["side"] == "partner"
    assert (awaiting(home)["deals_open"], awaiting(home)["deals_returned"]) == (2, 0)


def test_the_open_deals_of_a_partner_are_all_that_have_not_ended() -> None:
    (open_deals,) = [each for each in ITEMS if each.code == "deals_open"]

    assert open_deals.status == LIVE


async def test_finance_sees_money_to_approve_and_no_deals(tenant: Tenant) -> None:
    home = await with_role(tenant, "finance_approver").get("/v1/home")

    money = {"statements_to_approve", "statements_to_publish"}
    money |= {"payouts_to_approve", "payouts_to_submit", "payouts_to_confirm"}
    # Steps of an approval may ask this role.
    assert awaiting(home) == dict.fromkeys({*money, "approvals_to_decide"}, 0)


async def test_each_count_leads_to_the_list_it_counts(tenant: Tenant) -> None:
    place = await world(tenant)
    seller = await place.partner()
    await drafts(seller)

    home = await seller.get("/v1/home")

    (deals,) = [each for each in home["items"] if each["code"] == "deals_open"]
    path, _, query = deals["href"].partition("?")
    listed = await seller.get(path, **dict(part.split("=") for part in query.split("&")))
    assert (deals["count"], deals["capped"]) == (len(listed["data"]), False)


async def test_an_invitation_to_a_deal_awaits_the_partner_that_is_invited_and_not_the_one_that_invites(
    tenant: Tenant,
) -> None:
    place = await world(tenant)
    await template(place)
    source, invited = await place.partner(), await place.partner()
    await invites(source, await submits(source), invited)

    home = await invited.get("/v1/home")

    assert awaiting(home)["engagements_to_answer"] == 1
    assert awaiting(await source.get("/v1/home"))["engagements_to_answer"] == 0
    (item,) = [each for each in home["items"] if each["code"] == "engagements_to_answer"]
    assert item["href"] == f"/v1/engagements?status=pending&partner_id={invited.partner_id}"


def test_what_is_counted_names_the_caller_where_the_list_is_not_all_its_own_and_days_are_days() -> None:
    staff = from_claims({"tenant": "tnt_1", "sub": "acc_1", "scope": "*:*"})
    queries = {each.code: filter_of(each, caller=staff, now=_NOW) for each in ITEMS}

    assert queries["approvals_to_decide"] == "status=open&account_id=acc_1"
    assert queries["licences_to_renew"] == "status=active,renewing&ends_on[lte]=2026-04-30"
    assert queries["protections_ending"] == "status=approved&protected_until[lte]=2026-03-15T09:00:00Z"


async def test_protection_that_ends_soon_goes_by_the_tenants_clock(tenant: Tenant) -> None:
    place = await world(tenant)
    seller = await place.partner()
    deal = await submits(seller)
    assert deal["status"] == "approved"

    before = awaiting(await seller.get("/v1/home"))
    await tenant.advance(days=40)
    await seller.act(f"/v1/deals/{deal['id']}", "stage", {"stage": "qualified"})
    await tenant.advance(days=44)
    after = awaiting(await seller.get("/v1/home"))

    assert (before["protections_ending"], after["protections_ending"]) == (0, 1)


async def test_labels_come_in_the_language_of_whoever_looks(tenant: Tenant) -> None:
    finance = with_role(tenant, "finance_approver")

    german = await finance.get("/v1/home", headers={"Accept-Language": "de"})
    hungarian = await finance.get("/v1/home", locale="hu")

    labels = {each["code"]: each["label"] for each in german["items"]}
    assert labels["payouts_to_approve"] == "Zu genehmigende Auszahlungen"
    assert (german.headers["content-language"], hungarian["locale"]) == ("de", "hu")
    assert german.headers["vary"] == "Authorization, Accept-Language"


async def test_who_may_not_look_at_it_is_refused(tenant: Tenant) -> None:
    answer = await tenant.vendor("deals:read").get("/v1/home")

    assert (answer.status, answer.problem) == (403, "forbidden")


async def test_a_service_that_is_slow_or_down_leaves_its_counts_out() -> None:
    async def well(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b'{"object":"count","count":3,"capped":false}'})

    async def silent(scope: Any, receive: Any, send: Any) -> None:
        await asyncio.get_running_loop().create_future()

    async def down(scope: Any, receive: Any, send: Any) -> None:
        raise Unavailable

    async def token() -> str:
        return ""

    apps = {"gateway": well, "partners": well, "deals": silent, "leads": down, "incentives": well}
    peers = {name: Peer(app, token=token) for name, app in apps.items()}
    everything = from_claims({"tenant": "tnt_1", "sub": "acc_1", "scope": "*:*"})
    items = items_for(everything)
    asked = {each: filter_of(each, caller=everything, now=_NOW) for each in items}

    found = await counts(asked, peers=peers, authorization="Bearer x", seconds=0.01)

    gaps = {each.service for each in items if found[each.code] is None}
    assert gaps == {"deals", "leads"}
    assert found["payouts_to_approve"] == {"object": "count", "count": 3, "capped": False}


def test_every_count_is_shown_to_somebody() -> None:
    shown = set()
    for role in DEFAULT_ROLES.values():
        claims = {"tenant": "tnt_1", "sub": "acc_1", "scope": " ".join(role.scopes)}
        shown |= {
            each.code
            for each in items_for(from_claims(claims | ({"partner": "ptr_1"} if role.side == "partner" else {})))
        }

    assert shown == {each.code for each in ITEMS}
