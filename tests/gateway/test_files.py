"""Files: bytes that only their side opens, through links of five minutes."""

import hashlib
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit

import pytest

from gateway.files.routes import LARGEST_FILE
from shared import clock
from shared.files import Links
from tests.databases import SECRET
from tests.system import Client, Response, Tenant

ACME, RIVAL = "ptr_01h455vb4pex5vsknk084sn02q", "ptr_01h455vb4pex5vsknk084sn02r"
CONTENT = "Szerződés 合同 договор".encode()


async def upload(
    caller: Client, name: str = "a.pdf", content: bytes = CONTENT, *, kind: str = "application/pdf", key: str = ""
) -> Response:
    fields = {"content-type": kind} | ({"idempotency-key": key} if key else {})
    return await caller.request("POST", "/v1/files", content, headers=fields, name=name)


async def uploaded(caller: Client, name: str = "a.pdf", content: bytes = CONTENT) -> str:
    made = await upload(caller, name, content)
    assert made.status == 201, made.json
    return str(made["id"])


async def link(caller: Client, file_id: str) -> str:
    answer = await caller.get(f"/v1/files/{file_id}/link")
    assert answer.status == 200, answer.json
    return str(answer["url"])


async def follow(where: Tenant, url: str, **changes: str) -> Response:
    """Open a link as a browser would, without any token."""
    parts = urlsplit(url)
    return await Client(where.system, None, where).get(parts.path, **{**dict(parse_qsl(parts.query)), **changes})


async def test_what_was_uploaded_is_what_the_link_opens(tenant: Tenant) -> None:
    acme = tenant.partner(ACME)
    made = await upload(acme)

    url = await link(acme, made["id"])
    opened = await follow(tenant, url)

    assert (made["size"], made["sha256"]) == (len(CONTENT), hashlib.sha256(CONTENT).hexdigest())
    assert (made["name"], made["content_type"], made["partner_id"]) == ("a.pdf", "application/pdf", ACME)
    assert (opened.status, opened.body) == (200, CONTENT)
    assert opened.headers["content-type"] == "application/pdf"
    assert opened.headers["content-disposition"].startswith("attachment;")
    assert opened.headers["cache-control"] == "private, no-store"
    assert "sandbox" in opened.headers["content-security-policy"]
    assert opened.headers["x-content-type-options"] == "nosniff"


async def test_files_are_listed_newest_first(tenant: Tenant) -> None:
    acme = tenant.partner(ACME)
    made = [await uploaded(acme, name) for name in ("one.pdf", "two.pdf", "three.pdf")]

    first = await acme.get("/v1/files", limit=2)
    rest = await acme.get("/v1/files", limit=2, cursor=first["next_cursor"])

    assert [each["id"] for each in [*first["data"], *rest["data"]]] == made[::-1]
    assert "key" not in first["data"][0] and "sha256" in first["data"][0]


async def test_an_upload_that_is_repeated_is_one_file(tenant: Tenant) -> None:
    acme = tenant.partner(ACME)

    answers = [await upload(acme, key="upload-1") for _ in range(2)]
    other = await upload(acme, content=b"other", key="upload-1")

    assert answers[0]["id"] == answers[1]["id"]
    assert other.problem == "idempotency_key_reused"
    assert len((await acme.get("/v1/files"))["data"]) == 1


@pytest.mark.parametrize("change", ["expires", "signature", "tenant", "file"])
async def test_a_link_that_was_touched_opens_nothing(tenant: Tenant, change: str) -> None:
    acme = tenant.partner(ACME)
    mine, other = await uploaded(acme), await uploaded(acme, "b.pdf", b"other")
    url = await link(acme, mine)
    given = dict(parse_qsl(urlsplit(url).query))
    touched = {
        "expires": lambda: follow(tenant, url, expires=str(int(given["expires"]) + 1)),
        "signature": lambda: follow(tenant, url, signature="0" * 64),
        "tenant": lambda: follow(tenant, url, tenant=tenant.system.tenant().id),
        "file": lambda: follow(tenant, url.replace(mine, other)),
    }

    answer = await touched[change]()

    assert (answer.status, answer.problem) == (410, "link_expired")


@pytest.mark.parametrize("expires", ["", "x", "-1", "1e9", "١٢٣", "9" * 30, "0"])
async def test_a_link_with_an_impossible_end_is_like_an_expired_one(tenant: Tenant, expires: str) -> None:
    acme = tenant.partner(ACME)
    url = await link(acme, await uploaded(acme))

    assert (await follow(tenant, url, expires=expires)).problem == "link_expired"


async def test_a_link_ends_after_five_minutes(tenant: Tenant) -> None:
    file_id = await uploaded(tenant.partner(ACME))
    links, now = Links(SECRET.encode()), clock.now()

    def made(ago: timedelta, lasts: timedelta) -> str:
        query = links.query(tenant_id=tenant.id, file_id=file_id, now=now - ago, lasts=lasts)
        return f"/v1/files/{file_id}/content?{query}"

    fresh = made(timedelta(minutes=4, seconds=50), timedelta(minutes=5))
    over = made(timedelta(minutes=5, seconds=1), timedelta(hours=1))

    assert (await follow(tenant, fresh)).status == 200
    assert (await follow(tenant, over)).problem == "link_expired", "five minutes is the longest, whatever was asked"


async def test_a_link_without_its_parts_is_refused(tenant: Tenant) -> None:
    file_id = await uploaded(tenant.partner(ACME))

    answer = await Client(tenant.system, None, tenant).get(f"/v1/files/{file_id}/content")

    assert answer.status in (400, 410)


async def test_files_of_others_are_not_there(tenant: Tenant) -> None:
    mine = await uploaded(tenant.partner(ACME))
    office = await uploaded(tenant.vendor())
    elsewhere = tenant.system.tenant()

    for stranger in (tenant.partner(RIVAL), elsewhere.vendor(), elsewhere.partner(ACME)):
        for path in (f"/v1/files/{mine}", f"/v1/files/{mine}/link", f"/v1/files/{office}", f"/v1/files/{office}/link"):
            assert (await stranger.get(path)).problem == "not_found"
        assert (await stranger.get("/v1/files"))["data"] == []
    assert (await tenant.partner(ACME).get(f"/v1/files/{office}")).problem == "not_found"
    assert (await tenant.vendor().get(f"/v1/files/{mine}"))["partner_id"] == ACME


NAMES = [
    "Őrsi ajánlat 2026 — végleges.pdf",
    "报价单（最终版）.pdf",
    "Ромашка, «счёт».pdf",
    'a"b;c=d.pdf',
    "🧾.pdf",
    "x" * 200,
]


@pytest.mark.parametrize("name", NAMES)
async def test_a_name_in_any_language_comes_back_as_it_was(tenant: Tenant, name: str) -> None:
    acme = tenant.partner(ACME)
    file_id = await uploaded(acme, name)

    opened = await follow(tenant, await link(acme, file_id))

    assert (await acme.get(f"/v1/files/{file_id}"))["name"] == name
    assert opened.headers["content-disposition"] == f"attachment; filename*=UTF-8''{quote(name, safe='')}"
    assert opened.body == CONTENT


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "a/b.pdf", "a\\b.pdf", "..", ".", "", "x" * 201, "a\nb.pdf", "a.pdf\n", "a\x00.pdf"]
)
async def test_a_name_that_could_lead_elsewhere_is_refused(tenant: Tenant, name: str) -> None:
    answer = await upload(tenant.partner(ACME), name)

    assert answer.status in (400, 422), answer.json
    assert (await tenant.partner(ACME).get("/v1/files"))["data"] == []


@pytest.mark.parametrize("content_type", ["", "pdf", "text/html\tx", "a/b/c", "../x"])
async def test_a_file_says_what_kind_it_is(tenant: Tenant, content_type: str) -> None:
    answer = await upload(tenant.partner(ACME), kind=content_type)

    assert answer.status == 400


async def test_a_file_as_large_as_allowed_is_taken_and_one_byte_more_is_not(tenant: Tenant) -> None:
    acme = tenant.partner(ACME)
    largest = bytes(LARGEST_FILE)

    taken = await upload(acme, content=largest)
    refused = await upload(acme, content=largest + b"\0")

    assert (taken.status, taken["size"]) == (201, 25_000_000)
    assert (refused.status, refused.problem) == (413, "too_large")
    assert (await upload(acme, content=b"")).status == 422


@pytest.mark.parametrize(("method", "path"), [("GET", "/v1/files"), ("POST", "/v1/files"), ("GET", "/v1/files/x/link")])
async def test_files_want_the_right_to_them(tenant: Tenant, method: str, path: str) -> None:
    caller: Any = tenant.partner(ACME, scope="deals:read")
    body = CONTENT if method == "POST" else None

    answer = await caller.request(method, path, body, headers={"content-type": "text/plain"})

    assert answer.status in (400, 403) if method == "POST" else answer.problem == "forbidden"
