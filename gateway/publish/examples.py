"""An example for every body and every answer of a specification, made from its schema and one vocabulary."""

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from gateway.publish.places import PLACES
from gateway.publish.references import PREFIXES, noun_of_path
from gateway.publish.vocabulary import DAYS, INSTANTS, OTHER_DAY, OTHER_INSTANT, SELDOM_SENT, WORDS
from shared.db.resource import Resource
from shared.web.operation import Operation

_SUFFIX: Final = "01h455vb4pex5vsknk084sn02q"
_PREFIX_OF: Final = {noun: prefix for prefix, noun in PREFIXES.items()} | {"operations": "op_deals"}
_TYPEID: Final = re.compile(r"\^([a-z][a-z_]*)_\[0-7\]")
_DEEPEST: Final = 5
# What an object is comes first, what has been added to it last, as in an answer.
_ORDER: Final = {"object": 0, "id": 1, "metadata": 8, "custom_fields": 8, "external_references": 8}
Schema = Mapping[str, Any]


def give_examples(spec: dict[str, Any], resources: Mapping[str, Resource]) -> None:
    """Put an example at every component that is a body or an answer; `resources` has what each of them shows.

    Pages and batches have none of their own: what is in them has one.
    """
    schemas = spec["components"]["schemas"]
    maker = _Maker(schemas, resources, _ids(spec))
    for name in sorted(_shown(spec)):
        if "examples" not in schemas[name] and not _is_wrapped(schemas[name]):
            schemas[name]["examples"] = [maker.of(name)]
    schemas["Problem"]["examples"] = [PLACES["Problem"]]


def resources_shown(operations: Iterable[Operation], spec: Schema) -> dict[str, Resource]:
    """Return the resource that each component shows, by the component's name."""
    found: dict[str, Resource] = {}
    for each in operations:
        if each.in_spec and each.resource is not None:
            for response in spec["paths"][each.path][each.method.lower()]["responses"].values():
                schema = response.get("content", {}).get("application/json", {}).get("schema", {})
                for name in _named(schema, spec["components"]["schemas"]):
                    found.setdefault(name, each.resource)
    return found


def _shown(spec: Schema) -> set[str]:
    """Return the names of the components that are a body or an answer, or stand in a page or a batch of them."""
    found: set[str] = set()
    for operations in spec["paths"].values():
        for operation in operations.values():
            successes = [each for status, each in operation["responses"].items() if status < "300"]
            for part in (operation.get("requestBody", {}), *successes):
                for media in part.get("content", {}).values():
                    found |= _named(media.get("schema", {}), spec["components"]["schemas"])
    return found


def _named(schema: Schema, schemas: Mapping[str, Schema]) -> set[str]:
    names = {each["$ref"].rsplit("/", 1)[-1] for each in (schema, *schema.get("anyOf", ())) if "$ref" in each}
    for name in tuple(names):
        if _is_wrapped(schemas[name]):
            for member in schemas[name]["properties"].values():
                names |= _named(member.get("items", {}), schemas)
    return names


def _is_wrapped(schema: Schema) -> bool:
    """Tell whether a schema is a page, a batch, or the items of one."""
    members = schema.get("properties", {})
    if {"status", "headers", "body"} <= members.keys() and "$ref" in str(members["body"]):
        return True
    return bool({"data", "items"} & members.keys()) and any(
        "items" in members.get(each, {}) for each in ("data", "items")
    )


def _ids(spec: Schema) -> dict[str, str]:
    """Return the prefix of the id in each component that a path answers with."""
    found: dict[str, str] = {}
    for path, operations in spec["paths"].items():
        prefix = _PREFIX_OF.get(noun_of_path(path))
        for operation in operations.values():
            for status, response in operation["responses"].items():
                schema = response.get("content", {}).get("application/json", {}).get("schema", {})
                if prefix and status < "300" and "$ref" in schema:
                    found.setdefault(schema["$ref"].rsplit("/", 1)[-1], prefix)
    return found


class _Maker:
    def __init__(
        self, schemas: Mapping[str, Schema], resources: Mapping[str, Resource], prefixes: Mapping[str, str]
    ) -> None:
        self._schemas, self._resources, self._prefixes = schemas, resources, prefixes

    def of(self, name: str, depth: int = 0) -> Any:
        """Return the example of a component."""
        if name in PLACES:
            return PLACES[name]
        schema = self._schemas[name]
        if "properties" not in schema:
            return self._value(name, "", schema, depth)
        members = schema["properties"]
        if name.endswith(("In", "Patch", "Form", "Body")):
            members = {each: inner for each, inner in members.items() if self._is_sent(name, each, schema)}
        order = sorted(members.keys() - {"expanded"}, key=lambda each: (_ORDER.get(each, 5), [*members].index(each)))
        made = {each: self._member(name, each, members[each], depth) for each in order}
        lifecycle = self._resources[name].lifecycle if name in self._resources else None
        if lifecycle is not None and "allowed_actions" in made:
            made["allowed_actions"] = [each.action for each in lifecycle.allowed(made["status"])]
            made["editable_fields"] = list(lifecycle.editable_fields(made["status"]))
        return made

    def _is_sent(self, name: str, member: str, schema: Schema) -> bool:
        if member in schema.get("required", ()):
            return True
        return member not in SELDOM_SENT and (member in WORDS or f"{name}.{member}" in PLACES)

    def _member(self, name: str, member: str, schema: Schema, depth: int) -> Any:
        resource = self._resources.get(name)
        column = resource.table.c.get(member) if resource is not None else None
        listed = () if column is None else column.info.get("values", ())
        for words, key in ((PLACES, f"{name}.{member}"), (WORDS, member)):
            if key in words and self._fits(words[key], schema) and (not listed or words[key] in (*listed, None)):
                return words[key]
        if resource is not None and member == "object":
            return resource.object
        if member == "id" and name in self._prefixes:
            return f"{self._prefixes[name]}_{_SUFFIX}"
        return listed[0] if listed else self._value(name, member, schema, depth)

    def _fits(self, value: Any, schema: Schema) -> bool:
        """Tell whether a word of the vocabulary is of the kind that a schema asks for."""
        options = [self._resolved(each) for each in schema.get("anyOf", (schema,))]
        if value is None:
            return any(each.get("type") == "null" for each in options)
        kinds = {str: "string", bool: "boolean", int: "integer", list: "array", dict: "object"}
        return any(self._takes(value, kinds[type(value)], each) for each in options)

    def _takes(self, value: Any, kind: str, schema: Schema) -> bool:
        if schema.get("type") != kind or ("enum" in schema and value not in schema["enum"]) or "const" in schema:
            return False
        if kind == "array":
            items = self._resolved(schema.get("items", {}))
            return all(self._fits(each, items) for each in value)
        if kind == "object":
            return "properties" not in schema or set(value) <= schema["properties"].keys()
        if "format" in schema and kind == "string":
            return False
        return kind != "string" or bool(re.search(schema.get("pattern", ""), value))

    def _value(self, name: str, member: str, schema: Schema, depth: int) -> Any:
        if "$ref" in schema:
            return self.of(schema["$ref"].rsplit("/", 1)[-1], depth + 1) if depth < _DEEPEST else None
        if "const" in schema:
            return schema["const"]
        if schema.get("enum"):
            return schema["enum"][0]
        if "anyOf" in schema:
            return self._value(name, member, {**_outside(schema), **schema["anyOf"][0]}, depth)
        if schema.get("examples"):
            return schema["examples"][0]
        match schema.get("type"):
            case "array":
                inner = self._member(name, "", schema.get("items", {}), depth + 1)
                return [] if inner in ("", None) else [inner]
            case "integer":
                return int(max(schema.get("minimum", 1), 1) if schema.get("maximum", 1) >= 1 else schema["maximum"])
            case "number":
                return 0.5
            case "boolean":
                return bool(schema.get("default", False))
            case "object":
                return {}
            case "null":
                return None
            case "string":
                return _text(member, schema)
        return None

    def _resolved(self, schema: Schema) -> Schema:
        return self._schemas[schema["$ref"].rsplit("/", 1)[-1]] if "$ref" in schema else schema


def _outside(schema: Schema) -> dict[str, Any]:
    return {key: schema[key] for key in ("x-resource", "default") if key in schema}


def _text(member: str, schema: Schema) -> str:
    typeid = _TYPEID.match(schema.get("pattern", ""))
    prefix = typeid.group(1) if typeid is not None else _PREFIX_OF.get(schema.get("x-resource", ""))
    if prefix is not None:
        return f"{prefix}_{_SUFFIX}"
    match schema.get("format"):
        case "date-time":
            return INSTANTS.get(member, OTHER_INSTANT)
        case "date":
            return DAYS.get(member, OTHER_DAY)
    if "pattern" in schema:
        fitting = (
            each for each in ("cloud", "EUR", "DE", "0.10", "de", "deals:read") if re.search(schema["pattern"], each)
        )
        return next(fitting, "")
    return member.replace("_", " ") if member else "text"
