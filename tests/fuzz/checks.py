"""What holds for every answer: the checks of schemathesis, and the promises of the product that it does not know."""

import re
from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import urlsplit

import orjson
from schemathesis import Case, Response
from schemathesis import checks as built_in
from schemathesis.core.failures import AcceptedNegativeData, Failure, FailureGroup
from schemathesis.openapi.checks import MissingHeaderNotRejected, UnsupportedMethodResponse
from schemathesis.specs.openapi import checks as of_specification

from shared.web.reply import PROBLEM
from tests.responses import check

CHECKS: Final = [
    built_in.not_a_server_error,
    of_specification.status_code_conformance,
    of_specification.content_type_conformance,
    of_specification.response_headers_conformance,
    of_specification.negative_data_rejection,
    of_specification.missing_required_header,
    of_specification.unsupported_method,
    of_specification.allow_header_conformance,
]
# Faults that the specification could have told: what fits it must not be refused with them.
_COULD_BE_TOLD: Final = re.compile(
    r"unknown_field|unknown_value|wrong_form|(?:int|float|string|bool|list|dict|model|date|datetime)\w*_(?:type|parsing)|literal_error|enum"
    r"|greater_than\w*|less_than\w*|multiple_of|(?:string_)?too_(?:long|short)"
)
_REQUIRED: Final = "This field is required."
# What no schema tells: a cursor is signed, words need letters, no text holds a NUL, a log has so many records,
# days go by the clock, values of one text are counted, and one parameter goes with another.
_UNREADABLE: Final = frozenset(
    "invalid_cursor no_words unreadable no_earlier_size unknown_client unknown_object out_of_range too_many_values incomplete".split()
)
# What these may be depends on the definition of a field that the vendor has made, or on the operation that a path names.
_BY_DEFINITION: Final = re.compile(
    r"/(?:minimum|maximum|default_value|custom_fields|requests/0/(?:path|headers))\b.*|custom\[.*"
)
_SHORTEST_ECHO: Final = 12


def violations(case: Case, response: Response, *, headers: dict[str, str], again: bool = False) -> Iterator[str]:
    """Everything about an answer that is not as promised, one line each; `again` asks once more without a token."""
    sparse = "fields" in case.query
    checks = CHECKS if sparse else [*CHECKS, of_specification.response_schema_conformance]
    checks = [*checks, of_specification.ignored_auth] if again else checks
    try:
        case.validate_response(response, checks=checks, headers=headers)
    except FailureGroup as group:
        for each in group.exceptions:
            if _is_as_promised(each, case, response):
                continue
            said = " ".join(str(getattr(each, "message", each)).split())
            yield f"{type(each).__name__}: {said[:300]}"
    try:
        asked = urlsplit(str(response.request.url))
        method, status = str(response.request.method), response.status_code
        if method == case.operation.method.upper() or status != 401:
            check(method, asked.path, asked.query, status, _flat(response), response.content or b"")
    except AssertionError as error:
        yield f"Specification: {str(error)[:400]}"
    yield from _headers(response)
    if response.status_code >= 400 and _flat(response).get("content-type", "").startswith(PROBLEM):
        yield from _problem(case, response)


def _is_as_promised(failure: Failure, case: Case, response: Response) -> bool:
    """Tell whether an answer is right by what the specification says in words only."""
    if (
        isinstance(failure, AcceptedNegativeData | MissingHeaderNotRejected)
        and "idempotent-replayed" in response.headers
    ):
        # A key brings back what was answered first, before anything else is looked at.
        return True
    if isinstance(failure, UnsupportedMethodResponse) and response.status_code == 401:
        # Nobody without a token learns what there is beside the public operations of a path.
        return True
    # Each item of a batch has an answer of its own.
    is_batch = isinstance(failure, AcceptedNegativeData) and case.path.endswith("/batch")
    return is_batch and orjson.loads(response.content or b"{}").get("failed", 0) > 0


def _flat(response: Response) -> dict[str, str]:
    return {name: ", ".join(values) for name, values in response.headers.items()}


def _headers(response: Response) -> Iterator[str]:
    fields = _flat(response)
    kept = fields.get("cache-control", "")
    if response.status_code != 204 and not any(word in kept for word in ("no-store", "private", "public")):
        yield f"Cache-Control: {kept or None} for {response.status_code}"
    if fields.get("x-content-type-options") != "nosniff":
        yield "X-Content-Type-Options: missing"
    if response.status_code == 405 and not fields.get("allow"):
        yield "Allow: missing"
    if response.status_code == 401 and not fields.get("www-authenticate"):
        yield "WWW-Authenticate: missing"
    if response.status_code in (429, 503) and not fields.get("retry-after"):
        yield "Retry-After: missing"


def _problem(case: Case, response: Response) -> Iterator[str]:
    document = orjson.loads(response.content or b"{}")
    told = " ".join([document["detail"], *(each["detail"] for each in document["errors"])])
    for value in _texts([case.body, case.query, dict(case.headers)]):
        if len(value) >= _SHORTEST_ECHO and value in told:
            yield f"Echo: {document['code']} repeats what was sent"
    if case.meta is not None and case.meta.generation.mode.is_positive:
        yield from _untold(document)


def _untold(document: dict[str, Any]) -> Iterator[str]:
    """What a request was refused for that fits the specification, though the specification could have said so."""
    named = [(re.sub(r"/\d+", "/0", each["pointer"]), each) for each in document["errors"]]
    to_tell = [(pointer, each) for pointer, each in named if not _BY_DEFINITION.fullmatch(pointer)]
    for pointer, each in to_tell:
        if _COULD_BE_TOLD.fullmatch(each["code"]) or each["detail"] == _REQUIRED:
            yield f"Untold: {each['code']} at {pointer}: {each['detail']}"
    codes = {document["code"], *(each["code"] for each in document["errors"])}
    is_by_definition = bool(named) and not to_tell
    if document["status"] in (400, 415, 428) and not is_by_definition and not codes & _UNREADABLE:
        yield f"Untold: {', '.join(sorted(codes))}: {document['detail']}"


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from _texts(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _texts(each)
