"""A partner's life: made, active, suspended, reinstated, terminated; and who may change what."""

import asyncio
from datetime import timedelta

import orjson
import pytest

from tests.partners.make import GERMAN_TAX_ID, changed, events, partner, working_partner
from tests.system import Tenant


async def test_a_partner_starts_in_onboarding_and_sister_services_get_its_full_state(tenant: Tenant) -> None:
    vendor = tenant.vendor()
    body = {"name": "Ромашка", "country": "RU", "territories": ["RU", "KZ", "RU"], "product_families": ["storage"]}

    made = await vendor.post("/v1/partners", body)

    assert (made.status, made["status"], made["tier"]) == (201, "onboarding", None)
    assert made["territories"] == ["KZ", "RU"]
    (told,) = await events(tenant, "partner.directory")
    assert (told["subject"], told["subject_version"]) == (made["id"], 1)
    data = orjson.loads(told["data"])
    assert (data["name"], data["territories"], data["lead_capacity"], data["accepts_leads"]) == (
        "Ромашка",
        ["KZ", "RU"],
        20,
        True,
    )


async def test_every_step_of_the_life_is_published_with_the_new_state(tenant: Tenant) -> None:
    vendor = tenant.vendor()
    made = await partner(vendor)
    path = f"/v1/partners/{made}"

    for verb, body, status in [
        ("activate", None, "active"),
        ("put-on-probation", {"reason": "Two complaints"}, "probation"),
        ("reinstate", None, "active"),
        ("suspend", {"reason": "Unpaid invoices"}, "suspended"),
        ("reinstate", {"reason": "Paid"}, "active"),
        ("terminate", {"reason": "Business closed"}, "terminated"),
    ]:
        answer = await vendor.act(path, verb, body)
        assert (answer.status, answer["status"], answer["status_reason"]) == (200, status, (body or {}).get("reason"))

    named = [each["type"] for each in await events(tenant) if "directory" not in each["type"]]
    assert named == [
        "partner.activated.v1",
        "partner.reinstated.v1",
        "partner.suspended.v1",
        "partner.reinstated.v1",
        "partner.terminated.v1",
    ]
    states = [orjson.loads(each["data"])["status"] for each in await events(tenant, "partner.directory")]
    assert states == ["onboarding", "active", "probation", "active", "suspended", "active", "terminated"]
    versions = [each["subject_version"] for each in await events(tenant, "partner.directory")]
    assert versions == list(range(1, 8))


async def test_that_the_state_does_not_allow_a_step_comes_before_what_else_is_wrong(tenant: Tenant) -> None:
    vendor = tenant.vendor()
    path = f"/v1/partners/{await partner(vendor)}"

    answer = await vendor.request("POST", f"{path}/put-on-probation", {}, headers={"if-match": '"99"'})

    assert (answer.status, answer.problem) == (409, "invalid_transition")


@pytest.mark.parametrize(
    ("steps", "refused"),
    [
        ((), "reinstate"),
        ((), "put-on-probation"),
        (("activate",), "activate"),
        (("activate", "suspend"), "suspend"),
        (("activate", "suspend"), "put-on-probation"),
        (("terminate",), "reinstate"),
        (("terminate",), "activate"),
        (("terminate",), "terminate"),
    ],
)
async def test_a_step_is_refused_where_the_state_does_not_allow_it(
    tenant: Tenant, steps: tuple[str, ...], refused: str
) -> None:
    vendor = tenant.vendor()
    path = f"/v1/partners/{await partner(vendor)}"
    for verb in steps:
        assert (await vendor.act(path, verb, {"reason": "Because"})).status == 200

    answer = await vendor.act(path, refused, {"reason": "Because"})

    assert (answer.status, answer.problem) == (409, "invalid_transition")
    assert refused not in (await vendor.get(path))["allowed_actions"]


async def test_an_announced_termination_takes_effect_on_its_day(tenant: Tenant) -> None:
    vendor = tenant.vendor()
    path = f"/v1/partners/{await working_partner(vendor)}"
    last_day = (tenant.now() + timedelta(days=30)).date()

    announced = await vendor.act(path, "terminate", {"reason": "Moving on", "effective_on": last_day.isoformat()})
    await tenant.advance(days=29)
    before = await vendor.get(path)
    await tenant.advance(days=1)
    after = await vendor.get(path)

    assert (announced["status"], announced["terminates_on"]) == ("active", last_day.isoformat())
    assert (before["status"], after["status"], after["accepts_leads"]) == ("active", "terminated", False)
    (ended,) = await events(tenant, "partner.terminated")
    assert orjson.loads(ended["data"])["effective_on"] == last_day.isoformat()


async def test_an_announced_termination_can_be_moved(tenant: Tenant) -> None:
    vendor = tenant.vendor()
    path = f"/v1/partners/{await working_partner(vendor)}"
    early, late = ((tenant.now() + timedelta(days=days)).date().isoformat() for days in (10, 20))

    await vendor.act(path, "terminate", {"reason": "Moving on", "effective_on": early})
    await vendor.act(path, "terminate", {"reason": "Not so fast", "effective_on": late})
    await tenant.advance(days=11)
    between = (await vendor.get(path))["status"]
    await tenant.advance(days=10)

    assert (between, (await vendor.get(path))["status"]) == ("active", "terminated")


async def test_a_partnership_does_not_end_in_the_past(tenant: Tenant) -> None:
    vendor = tenant.vendor()
    path = f"/v1/partners/{await partner(vendor)}"

    answer = await vendor.act(path, "terminate", {"reason": "Late", "effective_on": "2020-01-01"})

    assert (answer.status, answer.json["errors"][0]["pointer"]) == (422, "/effective_on")


async def test_a_partner_changes_its_own_website_and_nothing_that_is_the_vendors(tenant: Tenant) -> None:
    vendor = tenant.vendor()
    made = await working_partner(vendor)
    insider, path = tenant.partner(made), f"/v1/partners/{made}"

    own = await changed(insider, path, {"website": "https://globex.example", "accepts_leads": False})
    beyond = await changed(insider, path, {"lead_capacity": 9999, "website": "https://globex.example"})

    assert (own.status, own["website"], own["accepts_leads"]) == (200, "https://globex.example", False)
    assert own["editable_fields"] == ["website", "accepts_leads", "custom_fields"]
    assert own["allowed_actions"] == []
    assert (beyond.status, beyond.problem, beyond.json["errors"][0]["pointer"]) == (403, "forbidden", "/lead_capacity")


async def test_what_the_vendor_decides_is_refused_to_a_partner_whatever_its_scopes(tenant: Tenant) -> None:
    made = await partner(tenant.vendor())
    insider = tenant.partner(made)

    for verb in ("activate", "suspend", "reinstate", "terminate", "put-on-probation"):
        answer = await insider.act(f"/v1/partners/{made}", verb, {"reason": "Me"})
        assert (answer.status, answer.problem) == (403, "forbidden")
    assert (await insider.post("/v1/partners", {"name": "New", "country": "DE"})).problem == "forbidden"


async def test_a_suspended_partner_is_read_only(tenant: Tenant) -> None:
    vendor = tenant.vendor()
    made = await working_partner(vendor)
    await vendor.act(f"/v1/partners/{made}", "suspend", {"reason": "Audit"})

    answer = await changed(tenant.partner(made), f"/v1/partners/{made}", {"accepts_leads": False})

    assert (answer.status, answer.problem) == (409, "partner_read_only")
    assert (await changed(vendor, f"/v1/partners/{made}", {"name": "Globex II"})).status == 200


async def test_a_partner_sees_itself_and_no_other(tenant: Tenant) -> None:
    vendor = tenant.vendor()
    mine, other = await partner(vendor, name="Globex"), await partner(vendor, name="Initech")
    insider = tenant.partner(mine)

    assert [each["id"] for each in (await insider.get("/v1/partners"))["data"]] == [mine]
    assert (await insider.get(f"/v1/partners/{other}")).problem == "not_found"
    assert (await changed(insider, f"/v1/partners/{other}", {"website": "https://x.example"})).problem == "not_found"
    assert (await insider.get(f"/v1/partners/{other}/tier-history")).problem == "not_found"
    stranger = tenant.system.tenant().vendor()
    assert (await stranger.get(f"/v1/partners/{mine}")).problem == "not_found"


async def test_an_imported_partner_is_found_by_its_reference_and_made_once(tenant: Tenant) -> None:
    vendor = tenant.vendor()
    reference = {"system": "salesforce", "type": "account", "id": "0015g00000AbCdE"}
    made = await partner(vendor, external_reference=reference)

    twice = await vendor.post("/v1/partners", {"name": "Other", "country": "FR", "external_reference": reference})
    found = await vendor.get("/v1/partners", external_id="0015g00000AbCdE", external_system="salesforce")
    other_tenant = (
        await tenant.system.tenant()
        .vendor()
        .post("/v1/partners", {"name": "Globex", "country": "DE", "external_reference": reference})
    )

    assert (twice.status, twice.problem) == (409, "external_reference_taken")
    assert [(each["id"], each["external_reference"]) for each in found["data"]] == [(made, reference)]
    assert other_tenant.status == 201


async def test_a_reference_can_be_moved_by_patch_and_not_doubled(tenant: Tenant) -> None:
    vendor = tenant.vendor()
    reference = {"system": "hubspot", "type": "company", "id": "77"}
    first, second = await partner(vendor, name="A1"), await partner(vendor, name="B2")
    assert (await changed(vendor, f"/v1/partners/{first}", {"external_reference": reference})).status == 200

    taken = await changed(vendor, f"/v1/partners/{second}", {"external_reference": reference})
    cleared = await changed(vendor, f"/v1/partners/{first}", {"external_reference": None})
    free = await changed(vendor, f"/v1/partners/{second}", {"external_reference": reference})

    assert (taken.problem, cleared["external_reference"], free["external_reference"]) == (
        "external_reference_taken",
        None,
        reference,
    )


async def test_one_company_is_one_partner_unless_the_vendor_insists(tenant: Tenant) -> None:
    vendor = tenant.vendor()
    await partner(vendor, name="Müller Maschinenbau GmbH", website="https://mueller-mb.de")

    twin = await vendor.post("/v1/partners", {"name": "MMB", "country": "DE", "website": "www.mueller-mb.de"})
    branch = await partner(vendor, name="MMB Nord", website="www.mueller-mb.de", allow_duplicate=True)

    assert (twin.status, twin.problem) == (409, "duplicate_partner")
    assert branch.startswith("ptr_")
    assert len((await vendor.get("/v1/partners"))["data"]) == 2


async def test_a_company_that_gives_up_a_domain_leaves_it_to_others(tenant: Tenant) -> None:
    vendor = tenant.vendor()
    made = await partner(vendor, name="Globex", website="https://typo.de")
    await changed(vendor, f"/v1/partners/{made}", {"website": "https://globex.de"})

    assert (await vendor.post("/v1/partners", {"name": "T", "country": "DE", "website": "typo.de"})).status == 201
    again = await vendor.post("/v1/partners", {"name": "G", "country": "DE", "website": "globex.de"})
    assert again.problem == "duplicate_partner"


async def test_of_two_partners_of_one_company_made_at_once_one_stands(tenant: Tenant) -> None:
    vendor = tenant.vendor()
    bodies = [{"name": f"Firma {number}", "country": "DE", "tax_id": GERMAN_TAX_ID} for number in range(6)]

    answers = await asyncio.gather(*(vendor.post("/v1/partners", body) for body in bodies))

    assert sorted(each.status for each in answers) == [201] + [409] * 5


async def test_a_client_made_id_is_kept_and_cannot_be_used_twice(tenant: Tenant) -> None:
    vendor = tenant.vendor()
    made = "ptr_01h455vb4pex5vsknk084sn02q"

    assert await partner(vendor, id=made) == made
    assert (
        await vendor.post("/v1/partners", {"id": made, "name": "Other", "country": "FR"})
    ).problem == "already_exists"


async def test_of_two_patches_on_one_version_the_second_is_stale(tenant: Tenant) -> None:
    vendor = tenant.vendor()
    path = f"/v1/partners/{await partner(vendor)}"
    etag = (await vendor.get(path)).headers["etag"]

    answers = await asyncio.gather(*(vendor.patch(path, {"lead_capacity": n}, if_match=etag) for n in (1, 2, 3)))

    assert sorted(each.status for each in answers) == [200, 412, 412]
    assert (await vendor.patch(path, {"lead_capacity": 5})).problem == "precondition_required"


async def test_lists_filter_by_status_country_and_page_through(tenant: Tenant) -> None:
    vendor = tenant.vendor()
    for number in range(5):
        await partner(vendor, name=f"Firma {number}", country="HU" if number % 2 else "KW")

    hungarian = await vendor.get("/v1/partners", country="HU", status="onboarding,active")
    first = await vendor.get("/v1/partners", sort="name", limit=3)
    rest = await vendor.get("/v1/partners", sort="name", limit=3, cursor=first["next_cursor"])

    assert len(hungarian["data"]) == 2
    names = [each["name"] for each in first["data"] + rest["data"]]
    assert names == [f"Firma {number}" for number in range(5)]
    assert (await vendor.get("/v1/partners", colour="red")).problem == "invalid_parameter"


async def test_sister_services_look_up_one_partner_of_the_tenant_they_name(tenant: Tenant) -> None:
    made = await partner(tenant.vendor())
    peer = tenant.system.apps["partners"].state.database.peers["partners"]

    found = await peer.get("/internal/partners", query=f"tenant={tenant.id}&id={made}")
    elsewhere = await peer.get("/internal/partners", query=f"tenant={tenant.system.tenant().id}&id={made}")
    unnamed = await peer.get("/internal/partners", query=f"tenant={tenant.id}")

    assert (found.status, found.json()["version"], found.json()["data"]["partner_id"]) == (200, 1, made)
    assert (elsewhere.status, unnamed.status) == (404, 400)
    assert (await tenant.vendor().get("/internal/partners", tenant=tenant.id, id=made)).status == 401
