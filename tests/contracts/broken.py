"""A small specification that keeps every rule, and for each rule the change that breaks it and no other."""

from collections.abc import Callable
from typing import Any, Final

from shared.values.ids import pattern

_TEXT: Final = {"type": "string", "maxLength": 200}
_ANY_ORIGIN: Final = "Access-Control-Allow-Origin"
_HEADERS: Final = {
    name: {"schema": _TEXT}
    for name in ("Request-Id", "RateLimit", "RateLimit-Policy", _ANY_ORIGIN, "ETag", "Location", "Link", "Retry-After")
}
_ID: Final = {
    "name": "id",
    "in": "path",
    "required": True,
    "x-resource": "things",
    "schema": {"type": "string", "pattern": pattern("thing")},
    "description": "Its id.",
}
_PROBLEM: Final = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}


def _refusals(*statuses: int) -> dict[str, Any]:
    refused = {"description": "Refused", "headers": dict(_HEADERS), "content": dict(_PROBLEM)}
    return {str(status): {**refused} for status in (400, 401, 403, 429, 500, 503, *statuses)}


def _answers(schema: str) -> dict[str, Any]:
    content = {"application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}}
    return {"description": "Done", "headers": dict(_HEADERS), "content": content}


def _parameter(name: str, place: str, *, required: bool = False) -> dict[str, Any]:
    return {"name": name, "in": place, "required": required, "schema": dict(_TEXT), "description": "What it is."}


def _operation(name: str, responses: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "operationId": name,
        "summary": name.replace("_", " "),
        "description": "What it does.",
        "tags": ["things"],
        "x-permission": "things:read",
        "security": [{"bearer": []}],
        "responses": responses,
        **more,
    }


_THING: Final = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "object": {"type": "string"},
        "id": {"type": "string"},
        "version": {"type": "integer", "format": "int64"},
        "partner_id": {"type": "string", "x-resource": "partners"},
        "created_at": {"type": "string", "format": "date-time"},
        "price": {"$ref": "#/components/schemas/Money"},
    },
    "examples": [{"object": "thing"}],
}
_MONEY: Final = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "amount": {"type": "integer", "format": "int64", "minimum": 0, "maximum": 1_000},
        "currency": {"type": "string", "pattern": "^[A-Z]{3}$"},
    },
}
_NEW: Final = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "partner_id": {"type": "string", "pattern": pattern("ptr"), "x-resource": "partners"},
        "name": dict(_TEXT),
        "tags": {"type": "array", "maxItems": 9, "items": dict(_TEXT)},
        "price": {"$ref": "#/components/schemas/Money"},
    },
    "examples": [{"name": "A thing"}],
}
_PAGE: Final = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "object": {"const": "list"},
        "data": {"type": "array", "items": {"$ref": "#/components/schemas/Thing"}},
        "has_more": {"type": "boolean"},
        "next_cursor": {"type": "string"},
    },
}
_BODY: Final = {"required": True, "content": {"application/json": {"schema": {"$ref": "#/components/schemas/ThingIn"}}}}
_KEY: Final = _parameter("Idempotency-Key", "header")

SOUND: Final[dict[str, Any]] = {
    "openapi": "3.1.0",
    "info": {
        "title": "Things",
        "version": "1",
        "description": "Things.",
        "contact": {"name": "Us"},
        "license": {"name": "A licence", "url": "https://things.example"},
    },
    "servers": [{"url": "/", "description": "production", "x-internal": False}],
    "tags": [{"name": "things", "description": "Things."}],
    "security": [{"bearer": []}],
    "paths": {
        "/v1/things": {
            "get": _operation(
                "list_things",
                {"200": _answers("ThingPage"), **_refusals()},
                parameters=[_parameter(name, "query") for name in ("limit", "cursor", "sort", "created_at[gte]")],
            ),
            "post": _operation(
                "create_thing",
                {"201": _answers("Thing"), **_refusals(409, 413, 415, 422)},
                parameters=[_KEY],
                requestBody=_BODY,
            ),
        },
        "/v1/things/{id}/check": {
            "post": _operation(
                "check_thing",
                {"202": _answers("Thing"), **_refusals(404, 409, 412, 422, 428)},
                parameters=[_ID, _parameter("If-Match", "header", required=True), _KEY],
            )
        },
    },
    "components": {
        "schemas": {
            "Money": _MONEY,
            "Problem": {"type": "object", "properties": {"code": {"type": "string"}}},
            "Thing": _THING,
            "ThingIn": _NEW,
            "ThingPage": _PAGE,
        },
        "securitySchemes": {
            "bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT", "description": "RFC8725."}
        },
    },
}

Spec = dict[str, Any]
Break = Callable[[Spec], object]


def _lists(spec: Spec) -> Any:
    return spec["paths"]["/v1/things"]["get"]


def _creates(spec: Spec) -> Any:
    return spec["paths"]["/v1/things"]["post"]


def _checks(spec: Spec) -> Any:
    return spec["paths"]["/v1/things/{id}/check"]["post"]


def _members(spec: Spec, schema: str) -> Any:
    return spec["components"]["schemas"][schema]["properties"]


def _without(operation: Any, name: str) -> None:
    operation["parameters"] = [each for each in operation["parameters"] if each["name"] != name]


def _at(spec: Spec, path: str) -> None:
    """Move the list to another path."""
    spec["paths"][path] = {"get": spec["paths"]["/v1/things"].pop("get")}


def _spelled_out(spec: Spec) -> None:
    """Write the schema of a body where it is used."""
    _creates(spec)["requestBody"]["content"]["application/json"]["schema"] = {**_NEW}
    del spec["components"]["schemas"]["ThingIn"]


def _uncovered(operation: Any, status: str, header: str) -> None:
    operation["responses"][status]["headers"].pop(header)


BROKEN: Final[dict[str, Break]] = {
    "owasp:api2:2023-no-credentials-in-url": lambda spec: _lists(spec)["parameters"].append(
        _parameter("token", "query")
    ),
    "owasp:api4:2023-string-limit": lambda spec: _members(spec, "ThingIn")["name"].pop("maxLength"),
    "owasp:api4:2023-array-limit": lambda spec: _members(spec, "ThingIn")["tags"].pop("maxItems"),
    "owasp:api4:2023-integer-limit": lambda spec: _members(spec, "Money")["amount"].pop("maximum"),
    "owasp:api8:2023-define-cors-origin": lambda spec: _uncovered(_lists(spec), "200", _ANY_ORIGIN),
    "paths-are-plural-nouns": lambda spec: _at(spec, "/v1/Big_thing"),
    "members-are-snake-case": lambda spec: _members(spec, "ThingIn").update(shortName=dict(_TEXT)),
    "query-parameters-are-snake-case": lambda spec: _lists(spec)["parameters"].append(_parameter("pageSize", "query")),
    "ids-name-their-noun": lambda spec: _members(spec, "Thing")["partner_id"].pop("x-resource"),
    "ids-have-a-form": lambda spec: _checks(spec)["parameters"][0].update(schema=dict(_TEXT)),
    "operations-are-guarded-or-public": lambda spec: _lists(spec).pop("x-permission"),
    "operations-say-what-they-do": lambda spec: _lists(spec).pop("summary"),
    "operations-can-refuse": lambda spec: _lists(spec)["responses"].pop("503"),
    "objects-can-be-missing": lambda spec: _checks(spec)["responses"].pop("404"),
    "bodies-can-be-wrong": lambda spec: _creates(spec)["responses"].pop("415"),
    "changes-name-the-version-they-mean": lambda spec: _without(_checks(spec), "If-Match"),
    "versions-can-be-stale": lambda spec: _checks(spec)["responses"].pop("412"),
    "writes-can-be-repeated": lambda spec: _without(_checks(spec), "Idempotency-Key"),
    "deprecated-operations-say-when-they-end": lambda spec: _lists(spec).update({"deprecated": True}),
    "answers-carry-the-common-headers": lambda spec: _uncovered(_lists(spec), "200", "Request-Id"),
    "objects-carry-an-etag": lambda spec: _uncovered(_creates(spec), "201", "ETag"),
    "creations-say-where": lambda spec: _uncovered(_creates(spec), "201", "Location"),
    "work-that-goes-on-says-where": lambda spec: _uncovered(_checks(spec), "202", "Location"),
    "lists-are-pages": lambda spec: _without(_lists(spec), "cursor"),
    "refusals-are-problems": lambda spec: _lists(spec)["responses"]["403"].update(
        content={"text/plain": {"schema": dict(_TEXT)}}
    ),
    "bodies-and-answers-have-an-example": lambda spec: spec["components"]["schemas"]["ThingIn"].pop("examples"),
    "objects-are-closed": lambda spec: spec["components"]["schemas"]["Thing"].pop("additionalProperties"),
    "schemas-have-a-name": _spelled_out,
    "listed-values-have-a-meaning": lambda spec: _members(spec, "Thing")["object"].update(enum=["thing", "other"]),
    "instants-and-days-are-dates": lambda spec: _members(spec, "Thing")["created_at"].pop("format"),
    "money-is-a-whole-number-with-its-currency": lambda spec: _members(spec, "Money").pop("currency"),
}
