"""Registering deals: drafts, submission, decisions."""

import asyncio

from tests.deals.make import BEYOND_LIMIT, GLOBEX, drafts, events_of, submits, world
from tests.system import Tenant


async def test_a_complete_deal_without_a_rival_is_approved_at_once_and_protected_for_ninety_days(tenant: Tenant):
    place = await world(tenant)
    seller = await place.partner()

    deal = await submits(seller)

    assert deal.status == 200, deal.json
    assert (deal["status"], deal["conflict_class"], deal["policy_version"]) == ("approved", "none", 0)
    claims = (await seller.get("/v1/protection-claims")).json["data"]
    assert [(each["deal_id"], each["status"]) for each in claims] == [(deal["id"], "active")]
    assert claims[0]["protected_until"] == deal["protected_until"]
    assert deal["allowed_actions"] == ["assign", "stage", "win", "lose"]
    approved = await events_of(place, "deal.registration.approved.v1")
    assert [(each["deal_id"], each["automatic"]) for each in approved] == [(deal["id"], True)]


async def test_the_trace_names_every_rule_and_shows_a_partner_no_inputs(tenant: Tenant):
    place = await world(tenant)
    seller = await place.partner()
    deal = await submits(seller, amount=BEYOND_LIMIT)

    seen = (await place.vendor.get(f"/v1/deals/{deal['id']}")).json["decision_trace"]

    assert deal["status"] == "in_review"
    assert [each["rule"] for each in deal["decision_trace"]] == [each["rule"] for each in seen]
    assert {each["rule"]: each["result"] for each in seen} == {
        "conflict_screening": "none",
        "partner_active": "true",
        "amount_within_limit": "false",
        "no_conflict": "true",
        "territory_allowed": "true",
        "agreement_in_force": "true",
        "credential_valid": "true",
        "not_a_named_account": "true",
        "complete_enough": "true",
        "evidence_given": "true",
        "within_quota": "true",
    }
    assert seen[2]["inputs"] == {"deal.amount": 90_000_000_00, "deal.amount_limit": 10_000_000}
    assert all(each["inputs"] is None and each["expression"] is None for each in deal["decision_trace"])
    assert (await seller.get(f"/v1/deals/{deal['id']}")).json["decision_trace"] == deal["decision_trace"]


async def test_a_partner_never_learns_the_id_of_the_customer(tenant: Tenant):
    place = await world(tenant)
    seller = await place.partner()
    deal = await submits(seller)

    assert deal["customer_id"] is None
    assert (await seller.get("/v1/deals")).json["data"][0]["customer_id"] is None
    assert (await seller.get("/v1/protection-claims")).json["data"][0]["customer_id"] is None
    assert (await place.vendor.get(f"/v1/deals/{deal['id']}"))["customer_id"].startswith("cus_")


async def test_an_unknown_product_family_and_an_unknown_partner_are_refused_where_they_stand(tenant: Tenant):
    place = await world(tenant)
    seller = await place.partner()

    family = await drafts(seller, product_family="nothing")
    stranger = await drafts(place.vendor, partner_id="ptr_01h455vb4pex5vsknk084sn02q")
    nobody = await drafts(place.vendor)

    assert (family.status, family.json["errors"][0]["pointer"]) == (422, "/product_family")
    assert (stranger.status, stranger.json["errors"][0]["code"]) == (422, "unknown_partner")
    assert (nobody.status, nobody.json["errors"][0]["code"]) == (422, "required")


async def test_a_partner_registers_only_for_itself_and_the_vendor_for_any_partner(tenant: Tenant):
    place = await world(tenant)
    seller, rival = await place.partner(), await place.partner()

    assert (await drafts(seller, partner_id=rival.partner_id)).status == 422
    assert (await drafts(seller, partner_id=seller.partner_id))["partner_id"] == seller.partner_id
    assert (await drafts(place.vendor, partner_id=rival.partner_id))["partner_id"] == rival.partner_id


async def test_a_partner_that_is_not_active_cannot_submit(tenant: Tenant):
    place = await world(tenant)
    seller = await place.partner(status="onboarding")

    assert (await submits(seller)).problem == "partner_not_active"

    await place.tells_of(seller.partner_id, status="active")
    deal = (await seller.get("/v1/deals")).json["data"][0]
    assert (await seller.act(f"/v1/deals/{deal['id']}", "submit"))["status"] == "approved"


async def test_a_customer_that_cannot_be_told_from_others_is_refused(tenant: Tenant):
    place = await world(tenant)
    seller = await place.partner()

    refused = await submits(seller, {"name": "GmbH", "domain": "gmail.com"})

    assert (refused.status, refused.problem) == (422, "customer_not_identified")


async def test_one_partner_holds_one_live_registration_of_a_customer_and_family(tenant: Tenant):
    place = await world(tenant, "cloud", "storage")
    seller = await place.partner()
    first = await submits(seller)

    again = await submits(seller, {**GLOBEX, "name": "GLOBEX Corp."})

    assert (again.problem, again.json["deal_id"]) == ("duplicate_registration", first["id"])
    assert (await submits(seller, product_family="storage"))["status"] == "approved"


async def test_the_same_facts_are_not_submitted_again_after_a_rejection(tenant: Tenant):
    place = await world(tenant)
    seller = await place.partner()
    first = await submits(seller, amount=BEYOND_LIMIT)
    await place.vendor.act(f"/v1/deals/{first['id']}", "reject", {"reason": "Too large for this program"})

    again = await submits(seller, amount=BEYOND_LIMIT)
    changed = await submits(seller, amount={"amount": 5_000_000, "currency": "EUR"})

    assert again.problem == "unchanged_after_rejection"
    assert changed["status"] == "approved"


async def test_decisions_are_the_vendors_even_when_a_partners_token_says_everything(tenant: Tenant):
    place = await world(tenant)
    seller = await place.partner()
    deal = await submits(seller, amount=BEYOND_LIMIT)

    for verb in ("approve", "reject", "return"):
        assert (await seller.act(f"/v1/deals/{deal['id']}", verb)).problem == "forbidden"
    assert deal["allowed_actions"] == ["withdraw", "assign"]
    seen = await place.vendor.get(f"/v1/deals/{deal['id']}")
    assert seen["allowed_actions"] == ["withdraw", "return", "approve", "reject", "assign"]


async def test_actions_ask_for_the_version_and_refuse_a_stale_one_and_a_wrong_state(tenant: Tenant):
    place = await world(tenant)
    seller = await place.partner()
    draft = await drafts(seller)
    path = f"/v1/deals/{draft['id']}"

    assert (await seller.post(f"{path}/submit")).status == 428
    await seller.patch(path, {"title": "Another"}, if_match=draft.headers["etag"])
    assert (await seller.post(f"{path}/submit", if_match=draft.headers["etag"])).status == 412
    assert (
        await seller.act(path, "win", {"amount": {"amount": 1, "currency": "EUR"}, "closed_on": "2030-01-01"})
    ).problem == "invalid_transition"
    assert (await seller.act(path, "submit")).status == 200


async def test_a_repeated_request_with_the_same_key_registers_once(tenant: Tenant):
    place = await world(tenant)
    seller = await place.partner()
    body = {"title": "Once", "customer": GLOBEX, "product_family": "cloud"}

    first = await seller.post("/v1/deals", body, idempotency_key="once")
    again = await seller.post("/v1/deals", body, idempotency_key="once")

    assert first.body == again.body
    assert again.headers["idempotent-replayed"] == "true"
    assert len((await seller.get("/v1/deals")).json["data"]) == 1


async def test_a_client_may_bring_the_id_and_an_id_is_taken_once(tenant: Tenant):
    place = await world(tenant)
    seller = await place.partner()
    mine = "deal_01h455vb4pex5vsknk084sn02q"

    assert (await drafts(seller, id=mine))["id"] == mine
    assert (await drafts(seller, id=mine)).problem == "already_exists"


async def test_an_external_reference_is_unique_for_its_owner_only(tenant: Tenant):
    place = await world(tenant)
    seller, rival = await place.partner(), await place.partner()
    reference = {"system": "crm", "type": "opportunity", "id": "0061"}

    first = await drafts(seller, external_reference=reference)

    assert first["external_reference"] == reference
    assert (await drafts(seller, external_reference=reference)).problem == "already_exists"
    assert (await drafts(rival, external_reference=reference)).status == 201
    found = await seller.get("/v1/deals", external_system="crm", external_id="0061")
    assert [each["id"] for each in found.json["data"]] == [first["id"]]


async def test_a_patch_leaves_what_it_does_not_name_clears_with_null_and_minds_the_state(tenant: Tenant):
    place = await world(tenant)
    seller = await place.partner()
    draft = await drafts(seller)
    path = f"/v1/deals/{draft['id']}"

    changed = await seller.patch(path, {"customer": {"country": None}, "amount": None}, if_match=draft.headers["etag"])
    unsaid = dict.fromkeys(("lei", "duns", "address", "email", "phone"))
    assert changed["customer"] == {**GLOBEX, **unsaid, "country": None}
    assert (changed["amount"], changed["title"]) == (None, "Migration")
    cleared = await seller.patch(path, {"title": None}, if_match=changed.headers["etag"])
    assert (cleared.status, cleared.json["errors"][0]["pointer"]) == (422, "/title")
    assert (await seller.patch(path, {"status": "won"}, if_match=changed.headers["etag"])).status == 422
    assert (await seller.patch(path, {"title": "x"})).status == 428

    submitted = await seller.act(path, "submit")
    assert submitted["status"] == "in_review"
    late = await seller.patch(path, {"title": "x"}, if_match=submitted.headers["etag"])
    assert late.problem == "invalid_transition"


async def test_other_partners_and_other_tenants_find_nothing(tenant: Tenant):
    place = await world(tenant)
    seller, rival = await place.partner(), await place.partner()
    elsewhere = await world(tenant.system.tenant())
    deal = await submits(seller)
    path = f"/v1/deals/{deal['id']}"

    for stranger in (rival, elsewhere.vendor):
        assert (await stranger.get(path)).status == 404
        assert (await stranger.get("/v1/deals")).json["data"] == []
        assert (await stranger.get("/v1/protection-claims")).json["data"] == []
        assert (await stranger.patch(path, {"title": "x"}, if_match="*")).status == 404
        for verb in ("submit", "withdraw", "lose", "reopen"):
            assert (await stranger.post(f"{path}/{verb}", if_match="*")).status == 404
    assert (await rival.get("/v1/customers")).json["data"] == []
    assert (await rival.get("/v1/conflict-cases")).json["data"] == []
    assert len((await place.vendor.get("/v1/customers")).json["data"]) == 1


async def test_a_returned_deal_keeps_its_priority_for_five_business_days_unless_the_customer_changes(tenant: Tenant):
    place = await world(tenant)
    seller = await place.partner()
    kept, changed, late = [
        await submits(seller, {**GLOBEX, "name": name, "domain": domain}, amount=BEYOND_LIMIT)
        for name, domain in (("Initech", "initech.com"), ("Umbrella", "umbrella.com"), ("Hooli", "hooli.com"))
    ]
    for deal in (kept, changed, late):
        await place.vendor.act(f"/v1/deals/{deal['id']}", "return", {"reason": "Which project?"})
    await tenant.advance(days=1)

    again = await seller.act(f"/v1/deals/{kept['id']}", "submit")
    version = (await seller.get(f"/v1/deals/{changed['id']}")).headers["etag"]
    await seller.patch(
        f"/v1/deals/{changed['id']}", {"customer": {"name": "Wayne", "domain": "wayne.com"}}, if_match=version
    )
    moved = await seller.act(f"/v1/deals/{changed['id']}", "submit")
    await tenant.advance(days=9)
    lapsed = await seller.act(f"/v1/deals/{late['id']}", "submit")

    assert (again["priority_no"], again["priority_at"]) == (kept["priority_no"], kept["priority_at"])
    assert moved["priority_no"] > changed["priority_no"]
    assert lapsed["priority_no"] > late["priority_no"]


async def test_a_withdrawn_deal_frees_its_customer(tenant: Tenant):
    place = await world(tenant)
    seller, rival = await place.partner(), await place.partner()
    deal = await submits(seller, amount=BEYOND_LIMIT)

    withdrawn = await seller.act(f"/v1/deals/{deal['id']}", "withdraw")

    assert (withdrawn["status"], withdrawn["allowed_actions"]) == ("withdrawn", [])
    assert (await submits(rival))["status"] == "approved"


async def test_amounts_without_decimals_and_with_three_are_judged_in_their_own_currency(tenant: Tenant):
    place = await world(tenant)
    seller = await place.partner()

    yen = await submits(seller, {**GLOBEX, "domain": "a-one.jp"}, amount={"amount": 16_000_000, "currency": "JPY"})
    dinars = await submits(seller, {**GLOBEX, "domain": "b-two.kw"}, amount={"amount": 33_000_001, "currency": "KWD"})
    others = await submits(seller, {**GLOBEX, "domain": "c-three.is"}, amount={"amount": 1, "currency": "ISK"})

    assert (yen["status"], yen["amount"]) == ("approved", {"amount": 16_000_000, "currency": "JPY"})
    assert dinars["status"] == "in_review"
    assert others["status"] == "in_review"
    limit = next(each for each in others["decision_trace"] if each["rule"] == "amount_within_limit")
    assert (limit["result"], limit["outcome"]) == ("error", "refer")


async def test_an_early_check_of_a_thousand_letters_or_a_wrong_type_is_a_422_not_a_crash(tenant: Tenant):
    place = await world(tenant)
    seller = await place.partner()

    bad = await asyncio.gather(
        drafts(seller, title="x" * 5000),
        drafts(seller, amount={"amount": "12", "currency": "EUR"}),
        drafts(seller, amount={"amount": 12, "currency": "XXX"}),
        drafts(seller, amount={"amount": 0, "currency": "EUR"}),
        drafts(seller, expected_close_on="31.12.2031"),
        drafts(seller, customer={"name": ""}),
        drafts(seller, lead_id="lead_01h455vb4pex5vsknk084sn02q"),
        drafts(seller, metadata={str(number): "x" for number in range(51)}),
    )

    assert [each.status for each in bad] == [422] * 8
