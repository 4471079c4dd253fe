"""Leads come in once, are corrected by the vendor, and are found again."""

import asyncio
from typing import Any

import pytest

from tests.leads import make
from tests.system import Tenant

REFERENCE = {"system": "crm", "type": "lead", "id": "00Q-1"}


@pytest.mark.parametrize(
    ("name", "amount"),
    [
        ("Őrség Malomipari Zrt.", {"amount": 125_000, "currency": "EUR"}),
        ("ООО Ромашка", {"amount": 900_000, "currency": "JPY"}),
        ("深圳市水泵有限公司", {"amount": 1_234_567, "currency": "KWD"}),
        ("Nothing Asked Ltd", None),
    ],
)
async def test_a_lead_is_kept_as_it_came(tenant: Tenant, name: str, amount: dict[str, Any] | None) -> None:
    vendor = tenant.vendor()
    await make.family(tenant)
    company = {"name": name, "domain": None, "country": "HU", "tax_id": "HU12345678"}
    sent = make.body(company=company, amount=amount, metadata={"utm": "x"}, external_reference=REFERENCE)

    made = await vendor.post("/v1/leads", sent)

    assert made.status == 201
    assert made.headers["location"] == f"/v1/leads/{made['id']}"
    shown = (await vendor.get(f"/v1/leads/{made['id']}")).json
    for field in (
        "company",
        "contact",
        "source",
        "product_family",
        "country",
        "amount",
        "metadata",
        "external_reference",
    ):
        assert shown[field] == sent[field]
    assert (shown["status"], shown["partner_id"], shown["offer"], shown["deal_id"]) == ("new", None, None, None)
    assert sorted(shown["allowed_actions"]) == ["disqualify", "offer", "qualify", "route"]
    assert "company" in shown["editable_fields"]


async def test_the_country_of_the_company_stands_in_for_the_leads_own(tenant: Tenant) -> None:
    vendor = tenant.vendor()
    await make.family(tenant)
    body = make.body()
    del body["country"]

    made = await vendor.post("/v1/leads", body)
    nowhere = await vendor.post("/v1/leads", {**body, "company": {"name": "Globex"}})

    assert made["country"] == "HU"
    assert (nowhere.status, nowhere["errors"][0]["pointer"]) == (422, "/country")


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"company": {}}, "/company/name"),
        ({"company": {"name": ""}}, "/company/name"),
        ({"contact": {"email": "no mail"}}, "/contact/email"),
        ({"country": "hu"}, "/country"),
        ({"amount": {"amount": 12.5, "currency": "EUR"}}, "/amount/amount"),
        ({"amount": {"amount": 0, "currency": "EUR"}}, "/amount/amount"),
        ({"amount": {"amount": 5, "currency": "ZZZ"}}, "/amount/currency"),
        ({"metadata": {str(number): "x" for number in range(51)}}, "/metadata"),
        ({"score": 5}, "/score"),
        ({"id": "deal_01h455vb4pex5vsknk084sn02q"}, "/id"),
    ],
)
async def test_what_cannot_be_right_is_refused_with_its_place(
    tenant: Tenant, change: dict[str, Any], pointer: str
) -> None:
    await make.family(tenant)

    refused = await tenant.vendor().post("/v1/leads", {**make.body(), **change})

    assert (refused.status, refused["errors"][0]["pointer"]) == (422, pointer)


async def test_a_lead_names_a_product_family_that_is_sold(tenant: Tenant) -> None:
    vendor = tenant.vendor()
    await make.family(tenant, "fax", status="retired")

    for code in ("unheard-of", "fax"):
        refused = await vendor.post("/v1/leads", make.body(product_family=code))
        assert (refused.status, refused.problem) == (422, "unknown_product_family")


async def test_importing_a_lead_twice_makes_no_second_one(tenant: Tenant) -> None:
    vendor = tenant.vendor()
    await make.family(tenant)

    first = await vendor.post("/v1/leads", make.body(external_reference=REFERENCE))
    second = await vendor.post("/v1/leads", make.body(external_reference=REFERENCE, source="web"))
    other = await vendor.post("/v1/leads", make.body(external_reference={**REFERENCE, "system": "shop"}))

    assert (first.status, second.status, other.status) == (201, 200, 201)
    assert (second["id"], second["source"]) == (first["id"], "fair")
    found = await vendor.get("/v1/leads", external_system="crm", external_id="00Q-1")
    assert [each["id"] for each in found["data"]] == [first["id"]]


async def test_imports_that_race_with_one_reference_make_one_lead(tenant: Tenant) -> None:
    vendor = tenant.vendor()
    await make.family(tenant)

    answers = await asyncio.gather(
        *(vendor.post("/v1/leads", make.body(external_reference=REFERENCE)) for _ in range(8))
    )

    assert sorted(answer.status for answer in answers) == [200] * 7 + [201]
    assert len({answer["id"] for answer in answers}) == 1


async def test_another_vendors_references_are_its_own(tenant: Tenant) -> None:
    other = tenant.system.tenant()
    for each in (tenant, other):
        await make.family(each)

    made = [await each.vendor().post("/v1/leads", make.body(external_reference=REFERENCE)) for each in (tenant, other)]

    assert [each.status for each in made] == [201, 201]


async def test_a_repeated_request_is_answered_with_the_same_bytes(tenant: Tenant) -> None:
    vendor = tenant.vendor()
    await make.family(tenant)
    body = make.body(external_reference=REFERENCE)
    await vendor.post("/v1/leads", body)

    first = await vendor.post("/v1/leads", body, idempotency_key="once")
    replay = await vendor.post("/v1/leads", body, idempotency_key="once")

    assert (first.status, replay.status, replay.body) == (200, 200, first.body)
    assert replay.headers["idempotent-replayed"] == "true"


async def test_an_id_made_by_the_client_is_kept_and_taken_once(tenant: Tenant) -> None:
    vendor = tenant.vendor()
    await make.family(tenant)
    chosen = "lead_01h455vb4pex5vsknk084sn02q"

    assert (await vendor.post("/v1/leads", make.body(id=chosen)))["id"] == chosen
    assert (await vendor.post("/v1/leads", make.body(id=chosen))).problem == "already_exists"


async def test_the_vendor_corrects_a_lead_while_no_partner_has_it(tenant: Tenant) -> None:
    vendor = tenant.vendor()
    (partner,) = await make.partners(tenant, 1)
    path = await make.lead(vendor, amount={"amount": 5, "currency": "JPY"})

    async def change(fields: dict[str, Any]) -> Any:
        return await vendor.patch(path, fields, if_match=(await vendor.get(path)).headers["etag"])

    renamed = await change({"company": {"name": "Globex Nyrt.", "domain": None}, "amount": None})
    person = await change({"contact": {"phone": None}})
    nothing = await change({})

    assert (renamed["company"]["name"], renamed["company"]["domain"]) == ("Globex Nyrt.", None)
    assert (renamed["company"]["country"], renamed["amount"]) == ("HU", None)
    assert person["contact"] == {**make.CONTACT, "phone": None}
    assert [renamed["version"], person["version"], nothing["version"]] == [2, 3, 3]
    assert (await change({"source": None})).status == 422
    assert (await change({"status": "accepted"})).status == 422
    assert (await change({"product_family": "nothing"})).problem == "unknown_product_family"
    assert (await vendor.patch(path, {"source": "x"})).status == 428
    assert (await vendor.patch(path, {"source": "x"}, if_match='"1"')).problem == "stale_version"
    await vendor.act(path, "route")
    assert (await change({"source": "x"})).problem == "invalid_transition"
    etag = (await partner.person.get(path)).headers["etag"]
    assert (await partner.person.patch(path, {"source": "x"}, if_match=etag)).problem == "forbidden"


async def test_a_lead_is_qualified_once(tenant: Tenant) -> None:
    vendor = tenant.vendor()
    await make.family(tenant)
    path = await make.lead(vendor)

    qualified = await vendor.act(path, "qualify")

    assert qualified["status"] == "qualified"
    assert qualified["qualified_at"] is not None
    assert (await vendor.act(path, "qualify")).problem == "invalid_transition"


async def test_lists_are_filtered_sorted_and_paged(tenant: Tenant) -> None:
    vendor = tenant.vendor()
    await make.family(tenant)
    paths = [await make.lead(vendor, source=source) for source in ("fair", "web", "fair")]
    ids = [path.rsplit("/", 1)[-1] for path in paths]

    fair = await vendor.get("/v1/leads", source="fair")
    page = await vendor.get("/v1/leads", limit=2, sort="created_at")
    rest = await vendor.get("/v1/leads", limit=2, sort="created_at", cursor=page["next_cursor"])
    sparse = await vendor.get("/v1/leads", fields="company,contact")

    assert [each["id"] for each in fair["data"]] == [ids[2], ids[0]]
    assert [each["id"] for each in page["data"] + rest["data"]] == ids
    assert set(sparse["data"][0]) == {"object", "id", "company", "contact"}
    assert (await vendor.get("/v1/leads", colour="red")).status == 400


async def test_personal_data_stays_out_of_events_and_of_the_audit(tenant: Tenant) -> None:
    vendor = tenant.vendor()
    (partner,) = await make.partners(tenant, 1)
    path, _ = await make.routed(vendor)
    await partner.person.act(path, "accept")
    await partner.person.act(path, "convert", {})

    kept = await tenant.system.superuser.fetch(
        "SELECT data::text AS kept FROM leads.events WHERE tenant_id = $1"
        " UNION ALL SELECT changes::text FROM leads.audit_records WHERE tenant_id = $1",
        tenant.id,
    )

    assert len(kept) > 8
    for row in kept:
        assert not any(value in row["kept"] for value in make.CONTACT.values())
