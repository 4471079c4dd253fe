"""Evidence, and how complete a deal is."""

import asyncio
import hashlib
from datetime import timedelta

from services.deals.registrations.rules import Facts
from shared.matching import Company
from tests.deals.make import BEYOND_LIMIT, drafts, events_of, publishes, submits, world
from tests.system import Client, Response, Tenant

LETTER = b"We have asked them for an offer."


async def uploads(client: Client, content: bytes = LETTER) -> str:
    """A file of the caller's side."""
    sent = await client.request("POST", "/v1/files", content, headers={"content-type": "text/plain"}, name="letter.txt")
    assert sent.status == 201, sent.json
    return str(sent["id"])


async def gives(client: Client, deal: Response, **content: str) -> Response:
    """Somebody gives evidence of a meeting on that day."""
    body = {"type": "meeting", "happened_on": client.tenant.now().date().isoformat(), **content}
    return await client.post(f"/v1/deals/{deal['id']}/evidence", body)


async def test_a_file_given_as_evidence_is_kept_with_the_digest_of_its_content(tenant: Tenant):
    place = await world(tenant)
    seller = await place.partner()
    deal = await drafts(seller)

    given = await gives(seller, deal, file_id=await uploads(seller))

    assert given.status == 201, given.json
    assert (given["sha256"], given["file_name"]) == (hashlib.sha256(LETTER).hexdigest(), "letter.txt")
    assert (given["side"], given["created_by"], given["status"]) == ("partner", seller.account_id, "provided")
    assert given.headers["location"] == f"/v1/evidence/{given['id']}"
    for path in ("/v1/evidence", f"/v1/deals/{deal['id']}/evidence"):
        for reader in (seller, place.vendor):
            assert [each["id"] for each in (await reader.get(path)).json["data"]] == [given["id"]]


async def test_evidence_is_opened_by_a_link_of_five_minutes_whoever_uploaded_the_file(tenant: Tenant):
    place = await world(tenant)
    seller = await place.partner()
    deal = await drafts(seller)
    file_id = await uploads(seller)
    given = await gives(seller, deal, file_id=file_id)
    told = await gives(seller, deal, text="They called.")

    link = await place.vendor.get(f"/v1/evidence/{given['id']}/link")
    path, _, query = link["url"].partition("?")
    content = await seller.system.send("GET", path, query=query, headers={}, body=b"")

    assert (content.status, content.body) == (200, LETTER)
    assert (await seller.get(f"/v1/evidence/{given['id']}/link")).status == 200
    assert (await seller.get(f"/v1/evidence/{told['id']}/link")).problem == "no_file"


async def test_the_file_of_another_side_is_no_evidence_of_ones_own(tenant: Tenant):
    place = await world(tenant)
    seller, rival = await place.partner(), await place.partner()
    deal = await drafts(seller)

    for file_id in (await uploads(rival), await uploads(place.vendor), "file_01h455vb4pex5vsknk084sn02q"):
        refused = await gives(seller, deal, file_id=file_id)
        assert (refused.status, refused.json["errors"][0]["code"]) == (422, "unknown_file")
    assert (await gives(place.vendor, deal, file_id=await uploads(place.vendor))).status == 201
    assert (await gives(place.vendor, deal, file_id=await uploads(seller))).status == 201
    assert (await gives(place.vendor, deal, file_id=await uploads(rival))).status == 422


async def test_evidence_is_of_a_listed_type_and_a_day_that_has_begun_and_shows_something(tenant: Tenant):
    place = await world(tenant)
    seller = await place.partner()
    deal = await drafts(seller)
    not_yet = (tenant.now() + timedelta(days=2)).date().isoformat()

    wrong = await gives(seller, deal, type="rumour", happened_on=not_yet)

    assert wrong.status == 422
    assert [(each["pointer"], each["code"]) for each in wrong.json["errors"]] == [
        ("/type", "unknown_type"),
        ("/happened_on", "in_the_future"),
        ("/file_id", "required"),
    ]
    assert (await gives(seller, deal, url="http://plain.example")).status == 422


async def test_the_vendor_says_which_types_count_as_evidence(tenant: Tenant):
    place = await world(tenant)
    seller = await place.partner()
    deal = await drafts(seller)
    await publishes(place.vendor, evidence_types=["handshake"])

    assert (await gives(seller, deal, text="They agreed.")).status == 422
    assert (await gives(seller, deal, type="handshake", text="They agreed.")).status == 201


async def test_evidence_is_withdrawn_by_its_own_side_and_stays_on_record(tenant: Tenant):
    place = await world(tenant)
    seller = await place.partner()
    deal = await drafts(seller)
    given = await gives(seller, deal, text="We met.")
    path = f"/v1/evidence/{given['id']}"

    assert (await place.vendor.get(path))["allowed_actions"] == []
    assert (await place.vendor.act(path, "withdraw")).problem == "others_evidence"
    assert (await seller.post(f"{path}/withdraw")).status == 428
    assert (await seller.post(f"{path}/withdraw", if_match='"7"')).status == 412
    withdrawn = await seller.act(path, "withdraw", {"reason": "The wrong customer."})

    assert (withdrawn["status"], withdrawn["withdrawal_reason"]) == ("withdrawn", "The wrong customer.")
    assert (await seller.act(path, "withdraw")).problem == "invalid_transition"
    assert (await seller.get("/v1/evidence"))["data"][0]["text"] == "We met."
    assert len(await events_of(place, "deal.evidence.withdrawn.v1")) == 1


async def test_two_who_give_evidence_at_once_are_both_counted(tenant: Tenant):
    place = await world(tenant)
    seller = await place.partner()
    deal = await drafts(seller)
    await publishes(place.vendor, evidence_rules=[{}])

    given = await asyncio.gather(*(gives(seller, deal, text=f"Meeting {number}") for number in range(4)))
    for each in given[:3]:
        await seller.act(f"/v1/evidence/{each['id']}", "withdraw")

    assert (await seller.get(f"/v1/deals/{deal['id']}"))["completeness"]["missing"] == []
    await seller.act(f"/v1/evidence/{given[3]['id']}", "withdraw")
    assert (await seller.get(f"/v1/deals/{deal['id']}"))["completeness"]["missing"] == ["evidence"]


async def test_a_rival_and_a_stranger_learn_nothing_of_evidence_or_notes(tenant: Tenant):
    place = await world(tenant)
    seller, rival = await place.partner(), await place.partner()
    deal = await drafts(seller)
    given = await gives(seller, deal, text="We met.")
    await seller.post(f"/v1/deals/{deal['id']}/notes", {"text": "They want two."})

    for path in (f"/v1/evidence/{given['id']}", f"/v1/evidence/{given['id']}/link", f"/v1/deals/{deal['id']}/evidence"):
        assert (await rival.get(path)).status == 404
    assert (await gives(rival, deal, text="So did we.")).status == 404
    assert (await rival.get("/v1/evidence"))["data"] == []
    assert (await rival.get("/v1/deal-notes"))["data"] == []
    assert (await rival.get(f"/v1/deals/{deal['id']}/notes")).status == 404


async def test_a_seller_gives_evidence_for_deals_of_its_own_alone(tenant: Tenant):
    place = await world(tenant)
    seller = await place.partner()
    deal = await drafts(seller)
    colleague = tenant.partner(str(seller.partner_id), "deals:read deals:write:own")

    assert (await gives(colleague, deal, text="We met.")).problem == "not_yours"
    assert (await gives(colleague, await drafts(colleague), text="We met.")).status == 201


def facts(**known: object) -> Facts:
    whole = {
        "title": "Migration",
        "customer": Company("Globex", country="DE", domain="globex.com", tax_id=None),
        "product_family": "cloud",
        "amount": 1,
        "currency": "EUR",
        "expected_close_on": "2031-01-01",
    }
    return Facts(**{**whole, **known})  # type: ignore[arg-type]


def test_completeness_is_the_share_of_what_is_known_and_names_the_rest():
    nameless = Company("Globex", country=None, domain=None, tax_id=None)
    cases = {
        facts(): (100, ()),
        facts(amount=None): (85, ("amount",)),
        facts(evidence=True): (100, ()),
        facts(evidence=False): (87, ("evidence",)),
        facts(customer=nameless, evidence=False): (62, ("customer_identity", "customer_country", "evidence")),
    }

    assert {each: (each.completeness.percent, each.completeness.missing) for each in cases} == cases


async def test_a_deal_shows_both_sides_how_complete_it_is(tenant: Tenant):
    place = await world(tenant)
    seller = await place.partner()

    deal = await drafts(seller, amount=None)

    for reader in (seller, place.vendor):
        shown = (await reader.get(f"/v1/deals/{deal['id']}"))["completeness"]
        assert shown == {"percent": 85, "missing": ["amount"]}


async def test_a_policy_never_changes_once_published_and_the_highest_version_is_in_force(tenant: Tenant):
    place = await world(tenant)
    first = await publishes(place.vendor)
    second = await publishes(place.vendor, cool_off_days=0)
    path = f"/v1/registration-policies/{first['id']}"

    assert (first["policy_version"], second["policy_version"]) == (1, 2)
    assert (first["cool_off_days"], first["quotas"]) == (14, [{"tier": None, "open": 500}])
    changed = await place.vendor.patch(path, {"name": "Another"}, if_match="*")
    assert changed.problem == "invalid_transition"
    seller = await place.partner()
    assert (await seller.get(path)).status == 404
    assert (await seller.post("/v1/registration-policies", {"name": "Mine"})).status == 403


async def test_evidence_is_given_in_every_state_of_a_deal(tenant: Tenant):
    place = await world(tenant)
    seller = await place.partner()
    deal = await submits(seller, amount=BEYOND_LIMIT)

    assert deal["status"] == "in_review"
    assert (await gives(seller, deal, text="We met.")).status == 201
    await place.vendor.act(f"/v1/deals/{deal['id']}", "reject")
    assert (await gives(seller, deal, text="We met again.")).status == 201
