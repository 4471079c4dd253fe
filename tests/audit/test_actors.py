"""The audit trail names what acted, for whom, and why: of people, keys, apps and pages alike."""

from tests.audit.make import every_record, logged
from tests.deals.make import BEYOND_LIMIT, drafts, submits, world
from tests.gateway import make as identity
from tests.gateway.apps import app_for_people
from tests.gateway.test_embed_tokens import ORIGIN, minted
from tests.system import Client, System, Tenant


async def test_what_an_app_does_for_a_person_is_done_by_the_app_on_behalf_of_the_person(system: System) -> None:
    office = await identity.vendor(system)
    boss = await office.admin()
    app = await app_for_people(boss, "plans:*")
    made = await app.acting(await app.is_let_in(boss)).post("/v1/plans", {"name": "By an app", "currency": "EUR"})
    await logged(system)

    [record] = await every_record(boss, subject=made["id"])
    receipt = await boss.get(f"/v1/receipts/{record['id']}")

    for shown in (record, receipt["record"]):
        assert (shown["actor_id"], shown["on_behalf_of"]) == (app.client_id, boss.account_id)
    assert record in await every_record(boss, on_behalf_of=boss.account_id)


async def test_a_page_acts_as_the_key_that_made_it_on_behalf_of_its_seller(system: System) -> None:
    office = await identity.vendor(system)
    boss = await office.admin()
    await boss.post("/v1/product-families", {"code": "cloud", "name": "Cloud"})
    seller, _, _ = await identity.seller(office.tenant)
    key = await identity.api_key(boss, "embed-tokens:write", "deals:write")
    server = await identity.with_key(office, key["key"])
    token = await minted(server, "deals:write", partner_id=seller.partner_id, account_id=seller.account_id)
    page = _Page(system, token["access_token"], office.tenant, seller.partner_id, seller.account_id)
    deal = await drafts(page)
    await logged(system)

    [record] = await every_record(seller, subject=deal["id"])

    assert (record["actor_id"], record["on_behalf_of"]) == (key["id"], seller.account_id)


class _Page(Client):
    """A page in a browser, which names its origin."""

    async def post(self, path, body=None, **headers):
        return await super().post(path, body, origin=ORIGIN, **headers)


async def test_why_a_deal_came_back_moved_on_and_was_lost_is_in_its_trail(tenant: Tenant) -> None:
    place = await world(tenant)
    seller = await place.partner()
    path = f"/v1/deals/{(await submits(seller, amount=BEYOND_LIMIT))['id']}"
    done = [
        await place.vendor.act(path, "return", {"reason": "Which site?"}),
        await seller.act(path, "submit"),
        await place.vendor.act(path, "approve", {"reason": "A reference customer."}),
        await seller.act(path, "lose", {"reason_code": "price"}),
    ]
    assert [each.status for each in done] == [200] * 4, [each.json for each in done]
    await logged(tenant.system)

    for reader in (seller, place.vendor):
        reasons = {each["action"]: each["reason"] for each in await every_record(reader, subject=done[0]["id"])}
        assert reasons["return_deal"] == "Which site?"
        assert reasons["approve_deal"] == "A reference customer."
        assert (reasons["lose_deal"], reasons["submit_deal"]) == ("price", None)
