"""Where a column goes: paths into the body of an object's creation, found in its JSON schema. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, Literal

from shared.errors import Fault, Invalid
from shared.web.models import Body

Kind = Literal["text", "integer", "boolean", "list", "money", "custom", "external_id"]
EXTERNAL_ID: Final = "external_id"
"""The column with the other system's id of a row."""
_SHALLOW: Final = ("metadata", "custom_fields")


@dataclass(frozen=True, slots=True)
class Target:
    """A place in the body, and how a text is read for it."""

    path: tuple[str, ...]
    kind: Kind


def mapped(body: type[Body], mapping: Mapping[str, str]) -> dict[str, Target]:
    """Return the target of every column; raises Invalid for a path that is none, or that two columns share."""
    found: dict[str, Target] = {}
    faults: list[Fault] = []
    for column, path in mapping.items():
        target = target_of(body, path)
        if target is None:
            faults.append(Fault(_pointer(column), "unknown_target", "No field of the object has this path."))
        elif target in found.values():
            faults.append(Fault(_pointer(column), "duplicate", "Another column goes to this field."))
        else:
            found[column] = target
    if faults:
        raise Invalid(errors=faults[:50])
    return found


@lru_cache(maxsize=4096)
def target_of(body: type[Body], path: str) -> Target | None:
    """Return the target with this path, such as `company.name`, `amount` or `custom_fields.region`; None where there is none."""
    parts = tuple(path.split("."))
    if path == EXTERNAL_ID:
        return Target(parts, "external_id") if "external_references" in body.model_fields else None
    if parts[0] in _SHALLOW and parts[0] in body.model_fields:
        # The key is the integrator's own, and may have dots in it.
        key = path.partition(".")[2]
        return Target((parts[0], key), "custom" if parts[0] == "custom_fields" else "text") if key else None
    schema = _schema(body)
    here: Mapping[str, Any] | None = schema
    for part in parts:
        here = _plain(schema, here.get("properties", {}).get(part)) if here is not None else None
    kind = _kind(here) if here is not None else None
    return Target(parts, kind) if kind else None


def paths_of(body: type[Body]) -> list[str]:
    """Return the paths that columns can go to, besides those of metadata and custom fields."""
    schema = _schema(body)
    return [EXTERNAL_ID, *_paths(schema, schema, "")]


def _paths(schema: Mapping[str, Any], here: Mapping[str, Any], before: str) -> Iterable[str]:
    for name, each in here.get("properties", {}).items():
        inner = _plain(schema, each)
        if _kind(inner) is not None:
            yield before + name
        yield from _paths(schema, inner, f"{before}{name}.")


@lru_cache(maxsize=64)
def _schema(body: type[Body]) -> dict[str, Any]:
    return body.model_json_schema()


def _plain(schema: Mapping[str, Any], part: Mapping[str, Any] | None) -> Any:
    """Return a part of a schema without references and without the null that an optional field takes too."""
    while part is not None and ("$ref" in part or "anyOf" in part):
        if "$ref" in part:
            part = schema["$defs"][part["$ref"].rpartition("/")[2]]
        else:
            part = next(each for each in part["anyOf"] if each.get("type") != "null")
    return part


def _kind(part: Mapping[str, Any]) -> Kind | None:
    match part.get("type"):
        case "string":
            return "text"
        case "integer":
            return "integer"
        case "boolean":
            return "boolean"
        case "array" if part["items"].get("type") == "string":
            return "list"
        case "object" if set(part.get("properties", ())) == {"amount", "currency"}:
            return "money"
    return None


def column_at(targets: Mapping[str, Target], pointer: str) -> str | None:
    """Return the column that a JSON pointer into the body is about, if one went there."""
    parts = tuple(each.replace("~1", "/").replace("~0", "~") for each in pointer.split("/")[1:])
    if parts[:1] in (("external_references",), ("external_reference",)):
        parts = (EXTERNAL_ID,)
    around = [(len(each.path), column) for column, each in targets.items() if parts[: len(each.path)] == each.path]
    if around:
        return max(around)[1]
    # Of an object that is missing or wrong as a whole, the first column that fills it.
    return next((column for column, each in targets.items() if parts and each.path[: len(parts)] == parts), None)


def _pointer(column: str) -> str:
    return "/mapping/" + column[:100].replace("~", "~0").replace("/", "~1")
