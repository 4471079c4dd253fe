"""Every layer refuses in the language of whoever asks, and says which that is."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr

from gateway.embedded import embed
from shared.settings import Settings
from tests.databases import SECRET
from tests.gateway import make
from tests.journeys.world import client_of
from tests.system import Tenant

GERMAN = {"Accept-Language": "de-DE, de;q=0.9, en;q=0.5"}
HUNGARIAN = {"Accept-Language": "hu"}


@pytest.fixture
async def door(database_url: str, tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    """The product's own door."""
    settings = Settings(database_url=database_url, secret_key=SecretStr(SECRET), data_dir=tmp_path)
    async with client_of(embed(settings, background=False).edge) as client:
        yield client


async def test_a_service_refuses_in_german(tenant: Tenant) -> None:
    answer = await tenant.vendor().get("/v1/deals/deal_01h455vb4pex5vsknk084sn02q", headers=GERMAN)

    assert (answer.status, answer.problem, answer["title"]) == (404, "not_found", "Nicht gefunden")
    assert answer["detail"] == "Ein solches Objekt gibt es nicht, oder Sie können es nicht sehen."
    assert (answer.headers["content-language"], answer.headers["vary"]) == ("de", "Accept-Language")


async def test_a_missing_permission_is_named_in_hungarian(tenant: Tenant) -> None:
    answer = await tenant.vendor("deals:read").get("/v1/payouts", headers=HUNGARIAN)

    assert (answer.problem, answer["detail"]) == ("forbidden", "Ehhez a(z) payouts:read jogosultság szükséges.")


async def test_each_fault_of_a_body_is_told_in_german(tenant: Tenant) -> None:
    body = {"code": "UPPER", "surprise": 1}

    answer = await tenant.vendor().request("POST", "/v1/product-families", body, headers=GERMAN)

    told = {each["pointer"]: (each["code"], each["detail"]) for each in answer["errors"]}
    assert (answer.status, answer["title"]) == (422, "Ungültige Eingabe")
    assert told["/surprise"] == ("unknown_field", "Dieses Feld ist hier nicht bekannt.")
    assert told["/name"] == ("required", "Dieses Feld ist erforderlich.")
    assert told["/code"][1].startswith("Der Text hat nicht die Form ^[a-z0-9]")


async def test_limits_of_a_text_keep_their_numbers(tenant: Tenant) -> None:
    body = {"code": "cloud", "name": "x" * 201}

    answer = await tenant.vendor().request("POST", "/v1/product-families", body, headers=HUNGARIAN)

    assert [each["detail"] for each in answer["errors"]] == ["A szöveg legfeljebb 200 karakter hosszú legyen."]


async def test_an_action_that_the_state_forbids_is_refused_in_german(tenant: Tenant) -> None:
    vendor = tenant.vendor()
    family = await vendor.post("/v1/product-families", {"code": "cloud", "name": "Cloud"})

    headers = {**GERMAN, "If-Match": "*"}
    answer = await vendor.request("POST", f"/v1/product-families/{family['id']}/restore", headers=headers)

    assert (answer.status, answer["detail"]) == (409, "restore ist im Status active nicht möglich.")


async def test_who_is_not_asked_for_a_language_is_answered_in_english(tenant: Tenant) -> None:
    answer = await make.anonymous(tenant).get("/v1/accounts")

    assert (answer["title"], answer.headers["content-language"]) == ("Sign in first", "en")


@pytest.mark.parametrize(
    ("path", "status", "title"),
    [("/v1/nonsense", 404, "Nem található"), ("/v1/deals", 401, "Kérjük, jelentkezzen be")],
)
async def test_the_edge_refuses_in_hungarian(door: httpx.AsyncClient, path: str, status: int, title: str) -> None:
    answer = await door.get(path, headers=HUNGARIAN)

    assert (answer.status_code, answer.json()["title"]) == (status, title)
    assert answer.headers["content-language"] == "hu"


async def test_the_page_of_problems_is_there_in_each_language(door: httpx.AsyncClient) -> None:
    english, german = await door.get("/docs/problems"), await door.get("/docs/problems", headers=GERMAN)

    assert ("Not found" in english.text, "Nicht gefunden" in german.text) == (True, True)
    assert (german.headers["content-language"], german.headers["vary"].startswith("Accept-Language")) == ("de", True)
    assert english.headers["etag"] != german.headers["etag"]


async def test_an_oauth_client_is_refused_as_its_standard_has_it(tenant: Tenant) -> None:
    answer = await make.anonymous(tenant).request(
        "POST",
        "/oauth/token",
        b"grant_type=password",
        headers={
            **GERMAN,
            "content-type": "application/x-www-form-urlencoded",
        },
    )

    assert (answer.status, set(answer.json)) == (400, {"error", "error_description"})
