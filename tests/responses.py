"""Holds every answer that a test gets against the specification made from the running code."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final
from urllib.parse import parse_qsl

import jsonschema_rs
import orjson

from gateway.publish.specifications import generated
from shared.errors import Problem
from shared.web.reply import PROBLEM

_METHODS: Final = ("get", "post", "put", "patch", "delete")
# What sister services and those who run the product use; it is no part of the specification.
_NOT_SPECIFIED: Final = re.compile(r"/(?:internal|openapi|docs|livez|readyz|metrics)\b")
_ALWAYS_SHOWN: Final = frozenset({"object", "id"})


@dataclass
class Specified:
    """One operation of the specification, and what its answers must look like."""

    method: str
    path: str
    operation: Mapping[str, Any]
    components: Mapping[str, Any]
    validators: dict[tuple[bytes, bool], Any] = field(default_factory=dict)
    """The compiled schemas of the whole specification: most operations refuse in the same form."""

    def __post_init__(self) -> None:
        self.segments = self.path.split("/")

    @property
    def name(self) -> str:
        """The operation as people call it."""
        return f"{self.method.upper()} {self.path}"

    def content(self, status: int) -> Mapping[str, Any]:
        """The schemas of an answer by content type; raises AssertionError for a status that is not declared."""
        declared: Mapping[str, Any] = self.operation["responses"]
        assert str(status) in declared, f"{self.name} answers {status}, but declares only {', '.join(sorted(declared))}"
        content: Mapping[str, Any] = declared[str(status)].get("content", {})
        return content

    def schema(self, status: int, content_type: str, *, sparse: bool = False) -> dict[str, Any]:
        """The schema of an answer, with the components it refers to; a sparse one requires no members."""
        schema = dict(self.content(status)[content_type].get("schema", {}))
        needed = {name: self.components[name] for name in referred(schema, self.components)}
        if sparse:
            for shown in (schema, schema.get("properties", {}).get("data", {}).get("items", {})):
                target = shown.get("$ref", "").rsplit("/", 1)[-1]
                if target in needed:
                    needed[target] = _loosened(needed, target)
        return {**schema, "components": {"schemas": needed}}

    def validator(self, status: int, content_type: str, *, sparse: bool) -> Any:
        """The compiled schema of an answer."""
        key = (orjson.dumps(self.content(status)[content_type].get("schema", {})), sparse)
        if key not in self.validators:
            schema = self.schema(status, content_type, sparse=sparse)
            self.validators[key] = jsonschema_rs.Draft202012Validator(schema, validate_formats=True)
        return self.validators[key]

    def shows_one_resource(self, status: int) -> bool:
        """Tell whether this answer is a single object with a version, so that it has an ETag."""
        content = self.content(status).get("application/json")
        if content is None:
            return False
        name = content.get("schema", {}).get("$ref", "").rsplit("/", 1)[-1]
        members: Mapping[str, Any] = self.components.get(name, {}).get("properties", {})
        return {"id", "version", "object"} <= members.keys()


def _loosened(components: dict[str, Any], name: str) -> dict[str, Any]:
    """A component in its sparse form; a page keeps its own members and its items lose theirs."""
    schema = components[name]
    items = schema.get("properties", {}).get("data", {}).get("items", {})
    if "next_cursor" in schema.get("properties", {}) and "$ref" in items:
        inner = items["$ref"].rsplit("/", 1)[-1]
        components[inner] = _loosened(components, inner)
        return dict(schema)
    kept = [member for member in schema.get("required", ()) if member in _ALWAYS_SHOWN]
    return {**schema, "required": kept}


def referred(schema: Any, components: Mapping[str, Any]) -> set[str]:
    """The names of all components that a schema refers to, directly or through others."""
    found: set[str] = set()
    waiting = [schema]
    while waiting:
        for reference in _references(waiting.pop()):
            name = reference.rsplit("/", 1)[-1]
            if name not in found:
                found.add(name)
                waiting.append(components[name])
    return found


def _references(schema: Any) -> Iterator[str]:
    if isinstance(schema, dict):
        if str(schema.get("$ref", "")).startswith("#/components/schemas/"):
            yield schema["$ref"]
        for value in schema.values():
            yield from _references(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from _references(value)


def spelled_out(operation: Mapping[str, Any], specification: Mapping[str, Any]) -> dict[str, Any]:
    """An operation with its shared parameters and responses in their places; schemas stay references."""
    parameters = [_spelled_out(each, specification) for each in operation.get("parameters", ())]
    responses = {status: _spelled_out(each, specification) for status, each in operation["responses"].items()}
    return {**operation, "parameters": parameters, "responses": responses}


def _spelled_out(part: Mapping[str, Any], specification: Mapping[str, Any]) -> Mapping[str, Any]:
    if "$ref" not in part:
        return part
    kind, name = part["$ref"].rsplit("/", 2)[-2:]
    return {**specification["components"][kind][name], **{key: part[key] for key in part if key != "$ref"}}


@cache
def specifications() -> dict[str, dict[str, Any]]:
    """The specification of every service, made from the code once a process; whoever reads it changes nothing in it."""
    return generated()


@cache
def operations() -> tuple[Specified, ...]:
    """Every operation of the specifications; a path that is spelled out comes before one with a value in its place."""
    found = [
        Specified(
            method, path, spelled_out(operation, specification), specification["components"]["schemas"], validators
        )
        for specification, validators in ((each, {}) for each in specifications().values())
        for path, methods in specification["paths"].items()
        for method, operation in methods.items()
        if method in _METHODS
    ]
    return tuple(sorted(found, key=lambda each: [segment.startswith("{") for segment in each.segments]))


@cache
def statuses_of_problems() -> dict[str, set[int]]:
    """The statuses that each problem code of the product comes with."""
    operations()  # Imports every module that has problems.
    found: dict[str, set[int]] = {}
    waiting: list[type[Problem]] = [Problem]
    while waiting:
        each = waiting.pop()
        found.setdefault(each.code, set()).add(each.status)
        waiting += each.__subclasses__()
    return found


def check(method: str, path: str, query: str, status: int, headers: Mapping[str, str], body: bytes) -> None:
    """Raise AssertionError, in words, when an answer is not what the specification says."""
    if _NOT_SPECIFIED.match(path):
        return
    fields = {name.lower(): value for name, value in headers.items()}
    place = f"{method} {path} → {status}"
    assert fields.get("request-id"), f"{place}: no Request-Id"
    if status >= 400 and fields.get("content-type", "").startswith(PROBLEM) and method != "HEAD":
        _check_problem(place, status, body)
    found = operation_of("get" if method == "HEAD" else method.lower(), path)
    if found is None:
        assert status in (404, 405), f"{place}: the specification has no such operation"
        return
    content = found.content(status)
    if not content:
        assert body == b"" or status == 200, f"{place}: a body, where {found.name} declares none"
        return
    content_type = fields.get("content-type", "").partition(";")[0]
    assert content_type in content or "*/*" in content, f"{place}: {content_type} instead of {', '.join(content)}"
    if status < 300:
        _check_headers(place, found, status, fields)
    if method == "HEAD" or not content_type.endswith(("/json", "+json")):
        return
    sparse = any(name == "fields" for name, _ in parse_qsl(query))
    errors = list(found.validator(status, content_type, sparse=sparse).iter_errors(orjson.loads(body)))
    told = "\n  ".join(f"/{'/'.join(map(str, each.instance_path))}: {each.message[:300]}" for each in errors[:5])
    assert not errors, f"{place} is not what the specification says:\n  {told}"


@cache
def _beginning_with(noun: str, segments: int) -> tuple[Specified, ...]:
    """The operations whose paths have so many segments and this noun as the second, in their order."""
    alike = [each for each in operations() if len(each.segments) == segments]
    return tuple(each for each in alike if segments < 3 or each.segments[2] == noun or each.segments[2].startswith("{"))


def operation_of(method: str, path: str) -> Specified | None:
    """The operation that a request is for, None where the specification has none."""
    segments = path.split("/")
    alike = _beginning_with(segments[2] if len(segments) > 2 else "", len(segments))
    found = [each for each in alike if _fits(each.segments, segments)]
    # A word that is spelled out in one path is no value in another.
    return next((each for each in found if each.method == method and each.path == found[0].path), None)


def _fits(pattern: Sequence[str], segments: Sequence[str]) -> bool:
    pairs = zip(pattern, segments, strict=True)
    return all(wanted == given or (wanted.startswith("{") and bool(given)) for wanted, given in pairs)


def _check_headers(place: str, found: Specified, status: int, fields: Mapping[str, str]) -> None:
    if status == 201:
        assert fields.get("location"), f"{place}: no Location of what was made"
    if found.shows_one_resource(status):
        assert fields.get("etag"), f"{place}: no ETag"


def _check_problem(place: str, status: int, body: bytes) -> None:
    document = orjson.loads(body)
    assert document["status"] == status, f"{place}: the document says {document['status']}"
    assert document["request_id"], f"{place}: the document has no request_id"
    code = document["code"]
    known = statuses_of_problems().get(code, set())
    assert status in known, f"{place}: the code {code} belongs to {sorted(known) or 'no problem of the product'}"
    assert document["type"].endswith(f"#{code}"), f"{place}: type {document['type']} for the code {code}"
