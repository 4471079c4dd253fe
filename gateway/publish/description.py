"""What portals build themselves from: every object with its fields, values and states, as data made from the code."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from shared.db.resource import Resource
from shared.lifecycle import Lifecycle
from shared.web.app import App
from shared.web.operation import Operation

# How every object works is told in the specification; here is what differs.
_MECHANICS: Final = frozenset({"object", "allowed_actions", "editable_fields"})
Schema = Mapping[str, Any]


def described(apps: Mapping[str, App], specifications: Mapping[str, Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the description of every object of all services, without words for people, by the object's name."""
    objects = []
    for service, app in apps.items():
        for operations in _by_object(app).values():
            if not any(each.is_list for each in operations):
                # An operation that a service begins is listed, and described, by the gateway.
                continue
            objects.append(_Described(operations, specifications[service]).object())
    return sorted(objects, key=lambda each: str(each["object"]))


def codes_in(schema: Any) -> Iterator[str]:
    """Yield the codes in a specification whose labels are under `reasons`."""
    if isinstance(schema, dict):
        if schema.get("x-labels") == "reasons":
            yield from _codes(schema)
        for inner in schema.values():
            yield from codes_in(inner)
    elif isinstance(schema, list):
        for inner in schema:
            yield from codes_in(inner)


def _codes(schema: Schema) -> Iterator[str]:
    """Yield the codes that a marked schema lists, whichever way."""
    for each in (schema, *schema.get("anyOf", ())):
        yield from each.get("enum", ())
        yield from each.get("examples", ())
        if "const" in each:
            yield each["const"]


def _by_object(app: App) -> dict[str, list[Operation]]:
    found: dict[str, list[Operation]] = {}
    for each in app.operations:
        if each.in_spec and each.resource is not None:
            found.setdefault(each.resource.object, []).append(each)
    return found


class _Described:
    """One object: what its operations, their bodies and its declaration say of it."""

    def __init__(self, operations: list[Operation], specification: Mapping[str, Any]) -> None:
        self._paths, self._components = specification["paths"], specification["components"]["schemas"]
        self._operations = operations
        self._lists = next(each for each in operations if each.is_list)
        resource = self._lists.resource
        assert resource is not None
        self._resource: Resource = resource
        self._new = self._body("POST", self._lists.path)
        self._changes = self._body("PATCH", f"{self._lists.path}/{{id}}")

    def object(self) -> dict[str, Any]:
        """The object, its fields in the order of its representation, and its lifecycle where it has one."""
        resource = self._resource
        shown = [self._field(name, schema) for name, schema in self._shown() if name not in _MECHANICS]
        names = {each["name"] for each in shown}
        return {
            "object": resource.object,
            "path": self._lists.path,
            "id_prefix": self._prefix(),
            "permission": resource.permission,
            "fields": shown + [self._field(name, schema, shown=False) for name, schema in self._asked(names)],
            "lifecycle": _lifecycle(resource.lifecycle) if resource.lifecycle else None,
        }

    def _shown(self) -> Iterator[tuple[str, Schema]]:
        page = self._answer(self._lists)["properties"]["data"]["items"]
        members = self._resolved(page)["properties"]
        yield from ((name, members[name]) for name in self._resource.names)

    def _asked(self, shown: set[str]) -> Iterator[tuple[str, Schema]]:
        """Yield what can be said of an object and is not shown of it."""
        inputs = {**self._new.get("properties", {}), **self._changes.get("properties", {})}
        yield from ((name, schema) for name, schema in inputs.items() if name not in shown)

    def _field(self, name: str, schema: Schema, *, shown: bool = True) -> dict[str, Any]:
        resource, lifecycle = self._resource, self._resource.lifecycle
        new, changes = self._new.get("properties", {}), self._changes.get("properties", {})
        column = resource.table.c.get(name)
        values = self._values(schema) or ([] if column is None else list(column.info.get("values", ())))
        return {
            "name": name,
            **self._typed(schema),
            "values": values or None,
            "shown": shown,
            "on_create": name in new,
            "required": name in self._new.get("required", ()),
            "editable": name in changes,
            "editable_by": "vendor" if lifecycle and name in lifecycle.vendor_fields else None,
            "filterable": name in resource.filters,
            "sortable": name in resource.sorts,
            "expands": resource.expands.get(name),
            "fields": self._nested(schema),
        }

    def _nested(self, schema: Schema) -> list[dict[str, Any]] | None:
        members = self._members(schema)
        if members is None:
            return None
        return [
            {
                "name": name,
                **self._typed(inner),
                "values": self._values(inner) or None,
                "fields": self._nested(inner),
            }
            for name, inner in members.items()
        ]

    def _members(self, schema: Schema) -> Mapping[str, Schema] | None:
        """Return the members of an object, or of the objects of a list; money has none of its own."""
        plain = self._plain(schema)
        if plain.get("type") == "array":
            return self._members(plain.get("items", {}))
        members: Mapping[str, Schema] | None = plain.get("properties")
        return None if members is None or set(members) == {"amount", "currency"} else members

    def _typed(self, schema: Schema) -> dict[str, Any]:
        plain = self._plain(schema)
        nullable = any(each.get("type") == "null" for each in schema.get("anyOf", ()))
        return {"type": self._type(plain), "nullable": nullable}

    def _type(self, plain: Schema) -> str:
        kind = str(plain.get("type", "any"))
        if set(plain.get("properties", ())) == {"amount", "currency"}:
            return "money"
        if kind == "array":
            return f"list of {self._type(self._plain(plain.get('items', {})))}"
        return str(plain.get("format", kind)) if kind == "string" else kind

    def _values(self, schema: Schema) -> list[str]:
        plain = self._plain(schema)
        if plain.get("type") == "array":
            return self._values(plain.get("items", {}))
        return [plain["const"]] if "const" in plain else list(plain.get("enum", ()))

    def _plain(self, schema: Schema) -> Schema:
        """Return a schema without references, and without the null it may be."""
        resolved = self._resolved(schema)
        for each in resolved.get("anyOf", ()):
            if each.get("type") != "null":
                return self._plain(each)
        return resolved

    def _resolved(self, schema: Schema) -> Schema:
        name = schema.get("$ref", "").rsplit("/", 1)[-1]
        found: Schema = self._components[name] if name else schema
        return found

    def _answer(self, operation: Operation) -> Schema:
        answer = self._paths[operation.path][operation.method.lower()]["responses"]["200"]
        return self._resolved(answer["content"]["application/json"]["schema"])

    def _body(self, method: str, path: str) -> Schema:
        """Return the schema of a body that makes or changes this object; empty where none does."""
        declared = any((each.method, each.path) == (method, path) for each in self._operations)
        content = self._paths[path][method.lower()].get("requestBody", {}).get("content", {}) if declared else {}
        return self._resolved(content.get("application/json", {}).get("schema", {}))

    def _prefix(self) -> str | None:
        """Return what its ids begin with, where callers can make them."""
        pattern = self._plain(self._new.get("properties", {}).get("id", {})).get("pattern")
        return None if pattern is None else str(pattern).removeprefix("^").rpartition("_")[0]


def _lifecycle(lifecycle: Lifecycle) -> dict[str, Any]:
    return {
        "states": [
            {
                "state": state,
                "initial": state in lifecycle.initial,
                "terminal": state in lifecycle.terminal,
                "editable_fields": list(lifecycle.editable_fields(state)),
            }
            for state in lifecycle.states
        ],
        "transitions": [
            {
                "action": each.action,
                "from": [state for state in lifecycle.states if state in each.sources],
                "to": list(each.targets),
                "permission": each.permission,
                "side": each.by,
            }
            for each in lifecycle.moves.values()
        ],
        "by_itself": [{"from": state, "to": list(follow)} for state, follow in lifecycle.by_itself.items()],
    }
