"""What many operations have in common stands once in a specification's `components`: problems, headers, common parameters."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from shared.web.documentation import PROBLEM_CONTENT, TITLES

_RESPONSES: Final[Mapping[str, str]] = {
    "400": "BadRequest",
    "401": "Unauthenticated",
    "403": "Forbidden",
    "404": "NotFound",
    "409": "Conflict",
    "410": "Gone",
    "412": "StaleVersion",
    "413": "TooLarge",
    "415": "UnsupportedMediaType",
    "422": "Invalid",
    "428": "PreconditionRequired",
    "429": "TooManyRequests",
    "500": "Internal",
    "503": "Unavailable",
}
_FASTAPIS_OWN: Final = "Successful Response"
_SUCCESSES: Final[Mapping[str, str]] = {
    "200": "As it is now",
    "201": "Made",
    "202": "Accepted; it goes on",
    "204": "Done",
    "303": "Sent on",
}
_TEXT: Final = {"type": "string"}
_HEADERS: Final[Mapping[str, dict[str, Any]]] = {
    "Access-Control-Allow-Origin": {
        "description": "The page's origin, or `*`, where a page of another origin may read the answer.",
        "schema": _TEXT,
    },
    "ETag": {"description": "Of this representation; goes into If-Match or If-None-Match.", "schema": _TEXT},
    "Idempotent-Replayed": {
        "description": "`true` where this is the answer to an earlier request with the same Idempotency-Key.",
        "schema": {"const": "true"},
    },
    "Link": {"description": 'RFC 8288: the next page as `rel="next"`, where there is one.', "schema": _TEXT},
    "Location": {"description": "Where it is found.", "schema": {"type": "string", "format": "uri-reference"}},
    "RateLimit": {"description": "What is left of the tightest allowance, in units.", "schema": _TEXT},
    "RateLimit-Policy": {"description": "The allowances that the request was charged to.", "schema": _TEXT},
    "Request-Id": {"description": "The caller's, or ours; tell it to whoever looks into a problem.", "schema": _TEXT},
    "Retry-After": {
        "description": "Seconds to wait.",
        "schema": {"type": "integer", "format": "int32", "minimum": 1, "maximum": 86_400},
    },
    "WWW-Authenticate": {"description": "How to authenticate (RFC 6750).", "schema": _TEXT},
}
_ALWAYS: Final = ("Request-Id", "RateLimit", "RateLimit-Policy", "Access-Control-Allow-Origin")
_WITH: Final[Mapping[str, tuple[str, ...]]] = {
    "401": ("WWW-Authenticate",),
    "429": ("Retry-After",),
    "503": ("Retry-After",),
}
# Those that are the same wherever they stand; of the bounds of filters, `created_at[gte]` is called `created_at.gte`.
_PARAMETERS: Final = frozenset(
    "limit cursor If-Match If-None-Match Idempotency-Key PRM-Tenant partner_id created_at updated_at posted_on code country"
    " currency metadata custom external_reference external_system external_type external_id".split()
)


def name_schemas(spec: dict[str, Any]) -> None:
    """Make a component of every schema that an operation spells out; its title is its name."""
    for operation in _operations(spec):
        for part in (operation.get("requestBody", {}), *operation["responses"].values()):
            for media in part.get("content", {}).values():
                if "properties" in media.get("schema", {}):
                    name = media["schema"]["title"]
                    spec["components"]["schemas"][name] = media["schema"]
                    media["schema"] = {"$ref": f"#/components/schemas/{name}"}


def share(spec: dict[str, Any]) -> None:
    """Move what is the same in many operations into the components, and say which headers every answer has."""
    components = spec["components"]
    used: dict[str, dict[str, Any]] = {"headers": {}, "parameters": {}, "responses": {}}
    for operation in _operations(spec):
        for status, response in operation["responses"].items():
            operation["responses"][status] = _shared_response(status, response, operation, components, used)
        if "parameters" in operation:
            operation["parameters"] = [_shared_parameter(each, used["parameters"]) for each in operation["parameters"]]
    for response in used["responses"].values():
        for name in response["headers"]:
            used["headers"][name] = _HEADERS[name]
    components |= {kind: dict(sorted(named.items())) for kind, named in used.items() if named}


def _operations(spec: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for operations in spec["paths"].values():
        yield from operations.values()


def _shared_response(
    status: str,
    response: dict[str, Any],
    operation: Mapping[str, Any],
    components: Mapping[str, Any],
    used: dict[str, dict[str, Any]],
) -> dict[str, Any]:
    """Return the reference to a problem, with the codes this operation adds; or the answer with its headers."""
    name = _RESPONSES.get(status)
    if name is not None and response.get("content") == PROBLEM_CONTENT:
        described = TITLES[int(status)]
        headers = _references((*_ALWAYS, *_WITH.get(status, ())))
        used["responses"][name] = {"description": described, "headers": headers, "content": PROBLEM_CONTENT}
        told = {"description": response["description"]} if response["description"] != described else {}
        return {"$ref": f"#/components/responses/{name}", **told}
    if response["description"] == _FASTAPIS_OWN:
        response["description"] = _SUCCESSES[status]
    names = (*_ALWAYS, *_WITH.get(status, ()), *_further(status, response, operation, components["schemas"]))
    used["headers"] |= {each: _HEADERS[each] for each in names}
    return {**response, "headers": dict(sorted({**_references(names), **response.get("headers", {})}.items()))}


def _further(
    status: str, response: Mapping[str, Any], operation: Mapping[str, Any], schemas: Mapping[str, Any]
) -> Iterator[str]:
    """Yield the headers of an answer that not all have."""
    names = {each["name"] for each in operation.get("parameters", ())}
    schema = response.get("content", {}).get("application/json", {}).get("schema", {})
    members = schemas.get(schema.get("$ref", "").rsplit("/", 1)[-1], {}).get("properties", {}).keys()
    if status == "304" or {"id", "version", "object"} <= members:
        yield "ETag"
    if status in ("201", "202"):
        yield "Location"
    if {"data", "next_cursor"} <= members:
        yield "Link"
    if "Idempotency-Key" in names and status < "300":
        yield "Idempotent-Replayed"


def _references(names: tuple[str, ...]) -> dict[str, Any]:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in sorted(names)}


def _shared_parameter(parameter: dict[str, Any], used: dict[str, Any]) -> dict[str, Any]:
    name = parameter["name"]
    if name.partition("[")[0] not in _PARAMETERS:
        return parameter
    key = name.replace("[", ".").replace("]", "") + (
        ".required" if name == "Idempotency-Key" and parameter["required"] else ""
    )
    if used.setdefault(key, parameter) != parameter:
        return parameter
    return {"$ref": f"#/components/parameters/{key}"}
