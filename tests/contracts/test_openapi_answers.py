"""The guard that holds every answer of the tests against the specification refuses what is not in it."""

import orjson
import pytest

from tests.responses import check

FAMILY = {
    "object": "product_family",
    "id": "pfam_01h455vb4pex5vsknk084sn02q",
    "version": 1,
    "created_at": "2026-01-01T00:00:00Z",
    "updated_at": "2026-01-01T00:00:00Z",
    "code": "cloud",
    "name": "Cloud",
    "ordinal": 1,
    "status": "active",
    "allowed_actions": [],
    "editable_fields": [],
}
HEADERS = {"request-id": "req_1", "content-type": "application/json", "etag": '"1.0"', "location": "/v1/x"}
PROBLEM = {
    "type": "/docs/problems#not_found",
    "title": "Not found",
    "status": 404,
    "detail": "There is none.",
    "code": "not_found",
    "errors": [],
    "request_id": "req_1",
}
PAGE = {"object": "list", "data": [FAMILY], "has_more": False, "next_cursor": None}
NOUN = "/v1/product-families"
ONE = f"{NOUN}/{FAMILY['id']}"


def answer(method="GET", path=ONE, query="", status=200, headers=None, body=FAMILY):
    check(method, path, query, status, HEADERS | (headers or {}), orjson.dumps(body))


def without(member, document=FAMILY):
    return {name: value for name, value in document.items() if name != member}


def refusing(**changed):
    kind = {"content-type": "application/problem+json"}
    answer(**{"status": 404, "headers": kind, "body": PROBLEM, **changed})


def test_what_is_specified_passes():
    answer()
    answer(method="POST", path=NOUN, status=201)
    answer(path=NOUN, body=PAGE)
    answer(path=NOUN, query="fields=code", body={**PAGE, "data": [{"object": "product_family", "id": FAMILY["id"]}]})
    answer(query="fields=code", body={"object": "product_family", "id": FAMILY["id"], "code": "cloud"})
    refusing()
    check("GET", "/internal/events", "", 200, {}, b"anything")


@pytest.mark.parametrize(
    ("told", "changed"),
    [
        ("instead of", {"headers": {"content-type": "text/html"}}),
        ("declares only", {"status": 202}),
        ("no such operation", {"path": "/v1/product-groups"}),
        ("no Request-Id", {"headers": {"request-id": ""}}),
        ("no ETag", {"headers": {"etag": ""}}),
        ("no Location", {"method": "POST", "path": NOUN, "status": 201, "headers": {"location": ""}}),
        ("code", {"body": without("code")}),
        ("secret", {"body": {**FAMILY, "secret": "x"}}),
        ("/version", {"body": {**FAMILY, "version": "1"}}),
        ("/created_at", {"body": {**FAMILY, "created_at": "yesterday"}}),
        ("next_cursor", {"path": NOUN, "body": without("next_cursor", PAGE)}),
        ("secret", {"query": "fields=code", "body": {"object": "product_family", "id": FAMILY["id"], "secret": 1}}),
        ("/data/0", {"path": NOUN, "body": {**PAGE, "data": [without("name")]}}),
    ],
)
def test_what_is_not_specified_is_told(told, changed):
    with pytest.raises(AssertionError, match=told):
        answer(**changed)


@pytest.mark.parametrize(
    ("told", "changed"),
    [
        ("the document says 409", {"body": {**PROBLEM, "status": 409}}),
        ("no problem of the product", {"body": {**PROBLEM, "code": "not_there", "type": "/docs/problems#not_there"}}),
        ("belongs to", {"status": 412, "body": {**PROBLEM, "status": 412}}),
        ("request_id", {"body": {**PROBLEM, "request_id": None}}),
        ("for the code", {"body": {**PROBLEM, "type": "about:blank"}}),
    ],
)
def test_a_refusal_that_contradicts_itself_is_told(told, changed):
    with pytest.raises(AssertionError, match=told):
        if changed.get("status") == 412:
            changed |= {"method": "PATCH"}
        refusing(**changed)
