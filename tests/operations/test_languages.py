"""Why an operation failed, and what is wrong with rows, is told in the language of whoever reads it."""

from datetime import timedelta

from tests.gateway.receiver import endpoint
from tests.imports.make import of_csv
from tests.operations.make import ended
from tests.system import Tenant

_GERMAN = {"Accept-Language": "de-AT,en;q=0.5"}


async def test_a_failed_operation_says_why_in_the_readers_language_alone_and_in_a_list(tenant: Tenant) -> None:
    vendor = tenant.vendor()
    hook = (await endpoint(vendor, "https://example.com/hook"))["id"]
    path, since = f"/v1/webhook-endpoints/{hook}", (tenant.now() - timedelta(hours=1)).isoformat()
    operation = (await vendor.act(path, "recover", {"since": since}))["id"]
    await vendor.patch(path, {"status": "disabled"}, if_match="*")
    english = await ended(vendor, operation)

    german = await vendor.get(f"/v1/operations/{operation}", headers=_GERMAN)
    listed = await vendor.get("/v1/operations", headers=_GERMAN)
    as_before = await vendor.get(f"/v1/operations/{operation}")

    assert (english["status"], english["problem"]["title"]) == ("failed", "The endpoint is disabled")
    assert (german["problem"]["code"], german["problem"]["title"]) == (
        "webhook_endpoint_disabled",
        "Der Endpunkt ist deaktiviert",
    )
    assert german["problem"]["detail"].startswith("An einen deaktivierten Endpunkt")
    assert [each["problem"] for each in listed["data"]] == [german["problem"]]
    assert (german.headers["content-language"], as_before.headers["content-language"]) == ("de", "en")
    assert "Accept-Language" in german.headers["vary"] and german.headers["etag"] != as_before.headers["etag"]
    assert as_before["problem"] == english["problem"]
    found = await vendor.get(
        f"/v1/operations/{operation}", headers={**_GERMAN, "If-None-Match": german.headers["etag"]}
    )
    assert found.status == 304


async def test_what_is_wrong_with_a_row_is_said_in_the_readers_language_whoever_imported_it(tenant: Tenant) -> None:
    vendor = tenant.vendor()
    imported = await of_csv(vendor, "customer", "name,country\nAcme,XX\n")
    await imported.act("validate")

    path = f"{imported.path}/row-errors"
    said = {}
    for language in ("en", "de", "hu"):
        (error,) = (await vendor.get(path, headers={"Accept-Language": language}))["data"]
        said[language] = (error["code"], error["detail"])

    assert len({code for code, _ in said.values()}) == 1
    assert len({detail for _, detail in said.values()}) == 3, said
