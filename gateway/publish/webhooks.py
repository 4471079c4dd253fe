"""The `webhooks` of the public specification: every event that an endpoint can be sent, and what the log has of it."""

from collections.abc import Iterable, Mapping
from copy import deepcopy
from typing import Any, Final

from gateway.publish.enumerations import describe_values
from gateway.publish.references import name_references
from gateway.publish.trimming import trim
from shared.events.catalog import public_events
from shared.events.envelope import Event

_DELIVERED: Final = "DeliveredEvent"
_HEADERS: Final = {
    "webhook-id": "The event's id: what is sent again has the same.",
    "webhook-timestamp": "When it was sent, in seconds since 1970.",
    "webhook-signature": "`v1,` and the HMAC-SHA256 in Base64 of id, timestamp and body, joined by dots; one a live secret.",
}
_BODY: Final[dict[str, Any]] = {
    "description": "What an endpoint is sent: which object, at which version. The rest is read through the API.",
    "type": "object",
    "required": ["id", "type", "timestamp", "data"],
    "additionalProperties": False,
    "properties": {
        "id": {"type": "string", "description": "The event's id, also in `webhook-id`."},
        "type": {"type": "string"},
        "timestamp": {"type": "string", "format": "date-time"},
        "data": {"$ref": "#/components/schemas/DeliveredSubject"},
    },
}
_SUBJECT: Final[dict[str, Any]] = {
    "description": "The object that an event is about.",
    "type": "object",
    "required": ["object", "id", "version", "status"],
    "additionalProperties": False,
    "properties": {
        "object": {"type": "string", "description": "What kind of object it is."},
        "id": {"type": "string"},
        "version": {"type": "integer", "format": "int64"},
        "status": {"anyOf": [{"type": "string"}, {"type": "null"}], "description": "Its new state, where it is told."},
    },
}


def with_webhooks(spec: dict[str, Any]) -> dict[str, Any]:
    """Return the public specification with what is sent to endpoints; raises ValueError for a name with two meanings."""
    events, components = public_events(), spec["components"]
    schemas = {**_schemas(events.values()), _DELIVERED: _BODY, "DeliveredSubject": _SUBJECT}
    if taken := schemas.keys() & components["schemas"].keys():
        raise ValueError(f"these are schemas of the API already: {sorted(taken)}")
    merged = {
        "parameters": components["parameters"] | {name: _header(name, said) for name, said in _HEADERS.items()},
        "schemas": dict(sorted((components["schemas"] | schemas).items())),
    }
    sent = {kind: {"post": _sent(event)} for kind, event in events.items()}
    return {**spec, "components": components | merged, "webhooks": sent}


def _header(name: str, said: str) -> dict[str, Any]:
    return {"name": name, "in": "header", "required": True, "description": said, "schema": {"type": "string"}}


def _schemas(events: Iterable[type[Event]]) -> dict[str, Any]:
    """Each event's `data` as `GET /v1/events` has it, by its name."""
    schemas = {f"{event.__name__}Data": _data(event) for event in events}
    spec: dict[str, Any] = {"paths": {}, "components": {"schemas": schemas}}
    trim(spec)
    name_references(spec)
    describe_values(spec)
    return schemas


def _sent(event: type[Event]) -> dict[str, Any]:
    said, data = " ".join((event.__doc__ or "").split()), f"{event.__name__}Data"
    narrowed = {"properties": {"type": {"const": event.type}}}
    schema = {"allOf": [{"$ref": f"#/components/schemas/{_DELIVERED}"}, narrowed]}
    return {
        "operationId": event.type.replace(".", "_"),
        "summary": event.type,
        "description": f"{said} Its `data` in `GET /v1/events` is `{data}`.",
        "tags": ["webhook-endpoints"],
        "security": [],
        "x-data": {"$ref": f"#/components/schemas/{data}"},
        "parameters": [{"$ref": f"#/components/parameters/{name}"} for name in _HEADERS],
        "requestBody": {"required": True, "content": {"application/json": {"schema": schema}}},
        "responses": {
            "2XX": {"description": "Received. Anything else is sent again, from 5 seconds to 24 hours later."}
        },
    }


def _data(event: type[Event]) -> dict[str, Any]:
    made = event.model_json_schema(mode="serialization")
    parts = made.pop("$defs", {})
    schema: dict[str, Any] = _closed(_inlined(made, parts))
    return schema | {"description": f"`data` of `{event.type}` in `GET /v1/events`."}


def _inlined(schema: Any, parts: Mapping[str, Any]) -> Any:
    """A schema with the parts that it refers to in their places: their names mean something else in the API."""
    if isinstance(schema, list):
        return [_inlined(each, parts) for each in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        return _inlined(deepcopy(parts[schema["$ref"].rsplit("/", 1)[-1]]), parts)
    return {name: _inlined(each, parts) for name, each in schema.items()}


def _closed(schema: Any) -> Any:
    """What an event says is all that it says."""
    if isinstance(schema, list):
        return [_closed(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    inner = {name: _closed(each) for name, each in schema.items()}
    return inner | {"additionalProperties": False} if "properties" in inner and inner.get("type") == "object" else inner
