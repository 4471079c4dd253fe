"""How what was added to an object is shown: to each side what is for it. The documents leave as the database wrote them."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from shared.extensions.declaration import Extension

Getter = Callable[[Mapping[str, Any]], Any]


@dataclass(frozen=True, slots=True)
class Member:
    """A member of the representation: how the vendor's side and a partner's get it, and the columns a partner reads by it."""

    name: str
    get: Getter
    for_partner: Getter
    columns: tuple[str, ...]


def members(extension: Extension) -> Iterator[Member]:
    """Yield the members that every extensible object has."""
    notes = _document("metadata")
    if extension.has_metadata("partner"):
        yield Member("metadata", notes, notes, ("metadata",))
    else:
        yield Member("metadata", notes, _no_metadata, ())
    yield Member("custom_fields", _all_fields, _document("custom_fields"), ("custom_fields",))
    partners = extension.references_column("partner")
    yield Member(
        "external_references",
        _document("vendor_references") if extension.references_column("vendor") else _no_references,
        _document(partners) if partners else _no_references,
        (partners,) if partners else (),
    )


def _document(name: str) -> Getter:
    def get(row: Mapping[str, Any]) -> Any:
        return _as_stored(row[name])

    return get


def _as_stored(value: Any) -> Any:
    return orjson.Fragment(value) if type(value) is str else value


def _all_fields(row: Mapping[str, Any]) -> Any:
    """What partners see and what they do not, in one object; no key is in both."""
    shown, withheld = row["custom_fields"], row["vendor_custom_fields"]
    if type(shown) is not str:
        return {**shown, **withheld}
    if withheld == "{}":
        return orjson.Fragment(shown)
    return orjson.Fragment(withheld if shown == "{}" else f"{shown[:-1]}, {withheld[1:]}")


def _no_metadata(_: Mapping[str, Any]) -> dict[str, str]:
    return {}


def _no_references(_: Mapping[str, Any]) -> list[Any]:
    return []
