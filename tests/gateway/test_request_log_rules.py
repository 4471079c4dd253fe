"""What is kept of a request: its operation, method and agent, and of a refusal the code and the places."""

from typing import Any

import pytest

from gateway.request_logs.rules import Operations, agent, method_of, refusal
from tests.deals.make import GLOBEX
from tests.responses import operations

DEAL = {"title": "Migration", "customer": GLOBEX, "product_family": "cloud"}


@pytest.mark.parametrize(
    ("header", "kept"),
    [
        ("python-httpx/0.27.0", "python-httpx/0.27.0"),
        ("Mozilla/5.0 (X11; Linux) Gecko", "Mozilla/5.0"),
        ("curl", "curl"),
        ("crm-sync/2.1 ada@example.com", "crm-sync/2.1"),
        ("ada@example.com", "ada"),
        ("<script>", None),
        ("", None),
        (None, None),
        ("x" * 200, "x" * 40),
    ],
)
def test_of_a_user_agent_the_first_product_is_kept(header: str | None, kept: str | None) -> None:
    assert agent(header) == kept


@pytest.mark.parametrize(
    ("body", "kept"),
    [
        (
            b'{"code":"invalid","errors":[{"pointer":"/title"},{"pointer":"/a\\u0000b"}]}',
            ("invalid", ["/title", "/ab"]),
        ),
        (b'{"code":"not_found","errors":[]}', ("not_found", [])),
        (b'{"error":"invalid_client"}', (None, [])),
        (b"[]", (None, [])),
        (b"", (None, [])),
        (b"<html>", (None, [])),
        (
            b'{"code":"invalid","errors":' + str([{"pointer": "/" + "x" * 999}] * 99).replace("'", '"').encode() + b"}",
            None,
        ),
    ],
)
def test_of_a_refusal_the_code_and_the_places_are_kept(body: bytes, kept: Any) -> None:
    code, places = refusal(body)
    assert kept is None or (code, places) == kept
    assert len(places) <= 20 and all(len(each) <= 200 for each in places)


@pytest.mark.parametrize(("method", "kept"), [("POST", "POST"), ("TRACE", "OTHER"), ("post", "OTHER"), ("", "OTHER")])
def test_a_method_that_is_none_of_the_apis_is_another(method: str, kept: str) -> None:
    assert method_of(method) == kept


def test_every_operation_is_found_by_its_own_path() -> None:
    found = Operations({"all": {"paths": {each.path: {} for each in operations()}}})
    assert found.named("GET", "/v1/deals").operation is None
    paths: dict[str, dict[str, Any]] = {}
    for each in operations():
        paths.setdefault(each.path, {})[each.method] = {"operationId": each.operation["operationId"]}
    known = Operations({"all": {"paths": paths}})

    wrong = [
        each.name
        for each in operations()
        if known.named(each.method.upper(), each.path.replace("{id}", "deal_01h455vb4pex5vsknk084sn02q")).operation
        != each.operation["operationId"]
    ]
    assert wrong == []
    assert known.named("HEAD", "/v1/deals").operation == "list_deals"
    assert known.named("POST", "/v1/deals/batch").operation == "create_deal_batch"
    assert known.named("GET", "/v1/deals/secret-thing").subject is None
