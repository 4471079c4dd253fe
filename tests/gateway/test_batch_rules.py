"""What may be part of a batch of requests."""

import pytest

from gateway.batch.rules import refusals, segments_of


@pytest.mark.parametrize(
    ("target", "segments"),
    [
        ("/v1/deals", ("v1", "deals")),
        ("/v1/deals?status=approved,won&created_at[gte]=2026-01-01T00:00:00Z", ("v1", "deals")),
        ("/v1/deals?q=a/../b", ("v1", "deals")),
        ("/v1/deals/deal_1/submit", ("v1", "deals", "deal_1", "submit")),
        (
            "/v1/deals/by-external-reference/crm/deal/A%20B",
            ("v1", "deals", "by-external-reference", "crm", "deal", "A B"),
        ),
        ("/v1/deals/%C5%91", ("v1", "deals", "ő")),
        ("/v1", None),
        ("/v1/", None),
        ("/v1/deals/", None),
        ("/v1//deals", None),
        ("v1/deals", None),
        ("/V1/deals", None),
        ("/v2/deals", None),
        ("/internal/events", None),
        ("/v1/../internal/events", None),
        ("/v1/deals/../../internal/events", None),
        ("/v1/./deals", None),
        ("/v1/%2e%2e/internal/events", None),
        ("/v1/%2E%2E/internal/events", None),
        ("/v1/..%2finternal/events", None),
        ("/v1/deals%2F..%2F..%2Finternal", None),
        ("/v1/deals/..%5cinternal", None),
        ("/v1/deals\\x", None),
        ("/v1/deals%00", None),
        ("/v1/deals%0d%0aHost:x", None),
        ("/v1/deals HTTP/1.1", None),
        ("/v1/deals\r\nHost: x", None),
        ("/v1/deals?a=b\r\nHost: x", None),
        ("/v1/deals?a b", None),
        ("/v1/deals#part", None),
        ("/v1/deals?x#part", None),
        ("/v1/deals/%ff", None),
        ("/v1/dőls", None),
        ("https://prm.example/v1/deals", None),
        ("//prm.example/v1/deals", None),
        ("/oauth/token", None),
        ("/livez", None),
        ("*", None),
        ("", None),
    ],
)
def test_a_path_of_the_api_can_be_sent_and_nothing_else(target, segments):
    assert segments_of(target) == segments


@pytest.mark.parametrize(
    "path",
    [
        "/v1/batch",
        "/v1/batch?x=1",
        "/v1/deals/batch",
        "/v1/deals/%62atch",
        "/v1/sessions",
        "/v1/sessions/refresh",
        "/v1/authorizations",
        "/v1/invitations/token/accept",
        "/v1/password-resets",
        "/v1/events/stream",
    ],
)
def test_batches_sign_in_and_streams_stand_alone(path):
    assert [(each.pointer, each.code) for each in refusals(path, {}, pointer="/requests/3")] == [
        ("/requests/3/path", "only_alone")
    ]


@pytest.mark.parametrize(
    ("headers", "codes"),
    [
        ({}, []),
        ({"Idempotency-Key": "a", "If-Match": '"1"', "If-None-Match": '"2"', "accept-language": "hu, de;q=0.5"}, []),
        ({"Authorization": "Bearer other"}, ["unknown_field"]),
        ({"authorization": "Bearer other"}, ["unknown_field"]),
        ({"PRM-Tenant": "other"}, ["unknown_field"]),
        ({"Host": "other.example"}, ["unknown_field"]),
        ({"Transfer-Encoding": "chunked", "Content-Length": "5"}, ["unknown_field"]),
        ({"Connection": "close"}, ["unknown_field"]),
        ({"Request-Id": "mine"}, ["unknown_field"]),
        ({"X-Forwarded-For": "10.0.0.1"}, ["unknown_field"]),
        ({"Origin": "https://portal.example"}, ["unknown_field"]),
        ({"If-Match": '"1"', "if-match": '"2"'}, ["wrong_form"]),
        ({"If-Match": '"1"\r\nHost: x'}, ["wrong_form"]),
        ({"If-Match": ""}, ["wrong_form"]),
        ({"If-Match": " 1"}, ["wrong_form"]),
        ({"Idempotency-Key": "ő"}, ["wrong_form"]),
        ({"If-Match ": "1"}, ["unknown_field"]),
    ],
)
def test_a_request_brings_only_headers_of_its_own(headers, codes):
    assert [each.code for each in refusals("/v1/deals", headers, pointer="")] == codes
