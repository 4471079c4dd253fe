"""What FastAPI is told about an operation beyond its signature."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from shared.db.resource import Resource
from shared.errors import Problem
from shared.search.declaration import search_of
from shared.web.deprecation import Deprecation
from shared.web.idempotency import KEY

PROBLEM_CONTENT: Final = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
# Tags of other servers are no mistake: they are only never those of ours.
_ANY: Final = "^.*$"
_NOT_MODIFIED = {"description": "Not changed since the ETag in If-None-Match"}
TITLES: Final = {
    400: "The request cannot be read",
    401: "No valid access token",
    403: "Not permitted",
    404: "Not found",
    409: "Not possible in the current state",
    410: "No longer available",
    412: "Changed since the version in If-Match",
    413: "Body too large",
    415: "Not JSON, or packed",
    422: "Invalid input",
    428: "If-Match is missing",
    429: "Too many requests",
    500: "Something went wrong on our side",
    503: "Temporarily unavailable",
}


def describe(
    *,
    method: str,
    permission: str | None,
    public: bool,
    listing: Resource | None,
    counting: Resource | None,
    returns: Resource | None,
    problems: Sequence[type[Problem]],
    query: Sequence[dict[str, Any]],
    needs_version: bool,
    is_conditional: bool,
    body_type: str | None,
    writes: bool,
    key_required: bool,
    has_id: bool,
    also: Mapping[int, Any],
    cost: int | None,
    deprecation: Deprecation | None,
) -> dict[str, Any]:
    """Return the keyword arguments of APIRoute: responses, parameters, permission and security."""
    statuses = {400, 401, 403, 429, 500, 503}
    # A public operation finds its tenant by the request, which may name one that does not exist.
    statuses |= {404} if has_id or public else set()
    # Also where none is taken: a body is refused then.
    statuses |= {413, 415} if method != "GET" else set()
    statuses |= {422} if method != "GET" and body_type is None else set()
    statuses |= {412, 428} if needs_version else {412} if is_conditional else set()
    statuses |= {409, 422} if writes else set()
    statuses |= {each.status for each in problems}
    codes: dict[int, list[str]] = {}
    for each in problems:
        codes.setdefault(each.status, []).append(each.code)
    responses: dict[int | str, dict[str, Any]] = {
        status: {"description": _described(status, codes.get(status, [])), "content": PROBLEM_CONTENT}
        for status in sorted(statuses)
    }
    parameters = [*query]
    if listing is not None:
        parameters += listing.parameters()
    elif counting is not None:
        parameters += counting.filter_parameters()
    elif returns is not None and method == "GET":
        text = "ETag of the version you have; a 304 says that it is still the newest."
        parameters += [*returns.shape_parameters(), _header("If-None-Match", text, required=False)]
        responses[304] = dict(_NOT_MODIFIED)
    if needs_version:
        parameters.append(_header("If-Match", "ETag of the version you have seen, or `*`.", required=True))
    if is_conditional:
        text = "ETag of the version you have seen, or `*`: 412 where it is another, or there is nothing yet."
        parameters.append(_header("If-Match", text, required=False))
        text = "`*` creates only: 412 where there is something already."
        parameters.append(_header("If-None-Match", text, required=False))
    if writes:
        parameters.append(idempotency_key(required=key_required))
    extra: dict[str, Any] = {"x-permission": permission} if permission else {}
    if public:
        extra["x-public"] = True
    if listing is not None and listing.title and search_of(listing.table) is not None:
        extra["x-search"] = {
            "object": listing.object,
            "title": list(listing.title),
            "subtitle": listing.subtitle or None,
        }
    shown = listing or returns
    if shown is not None and shown.expands and method == "GET":
        extra["x-expand"] = dict(shown.expands)
    if cost is not None:
        extra["x-cost"] = cost
    if deprecation is not None:
        extra |= deprecation.documented
    extra["security"] = [] if public else [{"bearer": []}]
    if parameters:
        extra["parameters"] = parameters
    if body_type is not None:
        content = {body_type: {"schema": {"type": "string", "format": "binary"}}}
        extra["requestBody"] = {"required": True, "content": content}
    return {"responses": {**responses, **also}, "openapi_extra": extra}


def idempotency_key(*, required: bool) -> dict[str, Any]:
    """Return the parameter with which a write can be repeated."""
    text = "Makes a repetition of this request safe for 7 days; a secret in the answer is not shown again."
    return _header("Idempotency-Key", text, required=required, pattern=KEY)


def document_expansions(spec: dict[str, Any]) -> None:
    """Give the representations of a specification the member `expanded` that their operations can fill."""
    schemas = spec["components"]["schemas"]
    for operations in spec["paths"].values():
        for operation in operations.values():
            expands = operation.get("x-expand")
            if not expands:
                continue
            shown = operation["responses"]["200"]["content"]["application/json"]["schema"]
            schema = schemas[_name_in(shown)]
            item = schema["properties"].get("data", {}).get("items")
            schemas[_name_in(item or shown)]["properties"]["expanded"] = _expanded(expands)


def _name_in(schema: dict[str, Any]) -> str:
    return str(schema["$ref"].rsplit("/", 1)[-1])


def _expanded(expands: Mapping[str, str]) -> dict[str, Any]:
    members = {
        member: {
            "type": ["object", "null"],
            "description": f"As `GET /v1/{noun}/{{id}}` shows it; null where there is none that the caller may see.",
        }
        for member, noun in expands.items()
    }
    text = "The objects that `expand` asked for, by the member that names them; only then."
    return {"type": "object", "properties": members, "additionalProperties": False, "description": text}


def _described(status: int, codes: list[str]) -> str:
    listed = f": {', '.join(f'`{code}`' for code in codes)}" if codes else ""
    return f"{TITLES.get(status, 'Problem')}{listed}"


def _header(name: str, description: str, *, required: bool, pattern: str = _ANY) -> dict[str, Any]:
    schema = {"type": "string", "pattern": pattern}
    return {"name": name, "in": "header", "required": required, "schema": schema, "description": description}
