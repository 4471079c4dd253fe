"""An imported object is what a single request would have made of the same body."""

import orjson
import pytest

from tests.imports.make import carried_out, of_rows
from tests.partners.make import working_partner

_OF_ITS_OWN = {"id", "created_at", "updated_at", "status_since", "external_references", "external_reference"}


@pytest.fixture
async def vendor(tenant):
    vendor = tenant.vendor()
    await vendor.post("/v1/product-families", {"code": "pumps", "name": "Pumps"})
    for noun in ("lead", "deal", "partner"):
        field = {"applies_to": noun, "key": "region", "type": "text", "label": {"en": "Region"}}
        answer = await vendor.post("/v1/custom-fields", {**field, "visible_to_partner": True})
        assert answer.status == 201, answer.body
    await tenant.system.settle()
    return vendor


BODIES = {
    "lead": {
        "company": {"name": "Őrző Kft.", "domain": "orzo.hu", "country": "HU", "tax_id": "12345678-2-42"},
        "contact": {"given_name": "Zsófia", "family_name": "Őry", "email": "zs@orzo.hu", "phone": "+36 1 234 5678"},
        "source": "fair",
        "product_family": "pumps",
        "amount": {"amount": 1200, "currency": "JPY"},
        "metadata": {"campaign": "spring"},
        "custom_fields": {"region": "north"},
    },
    "deal": {
        "title": "东京 насосы",
        "customer": {"name": "東京商社", "domain": None, "country": "JP", "tax_id": None},
        "product_family": "pumps",
        "amount": {"amount": 1234500, "currency": "KWD"},
        "expected_close_on": "2027-01-31",
        "metadata": {"campaign": "spring"},
        "custom_fields": {"region": "south"},
    },
    "partner": {
        "name": "Новотех",
        "legal_name": "ООО Новотех",
        "country": "KZ",
        "website": "novotekh.kz",
        "territories": ["KZ", "UZ"],
        "product_families": ["pumps"],
        "metadata": {"campaign": "spring"},
        "custom_fields": {"region": "north"},
    },
    "person": {"given_name": "Zsófia", "family_name": "Őry", "email": "zs@orzo.hu", "roles": ["sales"], "locale": "hu"},
    "customer": {"name": "Globex AG", "country": "DE", "domain": "globex.de", "named_account": True},
    "product": {
        "sku": "P-100",
        "product_family": "pumps",
        "name": "Насос",
        "names": {"hu": "Szivattyú", "zh": "泵"},
        "unit": "piece",
        "countries": ["KZ", "HU"],
        "available_on": "2027-01-31",
    },
}
NOUNS = {
    "lead": "leads",
    "deal": "deals",
    "partner": "partners",
    "person": "people",
    "customer": "customers",
    "product": "products",
}


def other(body):
    """The same body for an object beside the first, where two of them cannot be the same."""
    apart = {
        "website": "novotekh-two.kz",
        "legal_name": "ООО Другая",
        "email": "other@orzo.hu",
        "domain": "two.de",
        "sku": "P-200",
    }
    return {**body, **{name: value for name, value in apart.items() if name in body}}


async def facts_of(vendor, noun, object_id):
    shown = (await vendor.get(f"/v1/{noun}/{object_id}")).json
    return {name: value for name, value in shown.items() if name not in _OF_ITS_OWN}


async def written_about(tenant, service, object_id):
    """The events and audit records of an object, without what is only of the occasion."""
    database = tenant.system.superuser
    events = await database.fetch(
        f"SELECT type, subject_version, audience, public FROM {service}.events WHERE subject = $1 ORDER BY id",
        object_id,
    )
    audit = await database.fetch(
        f"SELECT subject_version, changes, partner_id FROM {service}.audit_records WHERE subject = $1 ORDER BY id",
        object_id,
    )
    changes = sorted(
        (each["subject_version"], sorted(orjson.loads(each["changes"])), each["partner_id"] is None) for each in audit
    )
    return [tuple(each.values()) for each in events], changes


async def is_found(tenant, service, noun, object_id):
    words = f"SELECT count(*) FROM {service}.{noun}_words WHERE id = $1"
    return await tenant.system.superuser.fetchval(words, object_id) > 0


@pytest.mark.parametrize("object_", BODIES)
async def test_an_imported_object_equals_one_made_by_post(tenant, vendor, object_):
    noun, body = NOUNS[object_], BODIES[object_]
    if object_ in ("deal", "person"):
        body = {**body, "partner_id": await working_partner(vendor)}
    posted = await vendor.post(f"/v1/{noun}", body)
    assert posted.status == 201, posted.body
    await tenant.system.settle()

    made = await of_rows(vendor, object_, [other(body)])
    done = await carried_out(made)

    assert await made.errors() == []
    assert done["counts"]["created"] == 1
    newest = (await vendor.get(f"/v1/{noun}", limit=1))["data"][0]["id"]
    assert newest != posted["id"]
    ours, theirs = await facts_of(vendor, noun, newest), await facts_of(vendor, noun, posted["id"])
    apart = {name for name in ours if ours[name] != theirs[name]}
    assert apart <= {"website", "legal_name", "email", "domain", "sku"}
    service = {"lead": "leads", "deal": "deals", "customer": "deals", "product": "deals"}.get(object_, "partners")
    ours, theirs = [await written_about(tenant, service, each) for each in (newest, posted["id"])]
    assert ours == theirs
    assert await is_found(tenant, service, noun, newest)
