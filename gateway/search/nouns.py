"""What can be searched, as the committed specifications have it: the lists that take `q` and say what a row is called."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from gateway.publish.specifications import committed


@dataclass(frozen=True, slots=True)
class Searched:
    """A list that can be searched: its object, service, path and permission, and the members that name a row."""

    object: str
    service: str
    path: str
    permission: str
    title: tuple[str, ...]
    subtitle: str | None

    @property
    def fields(self) -> str:
        """The members that a search needs of a row, as `fields` names them."""
        named = (*self.title, *((self.subtitle,) if self.subtitle else ()))
        return ",".join(dict.fromkeys((*(each.partition(".")[0] for each in named), "updated_at")))

    def title_of(self, row: Mapping[str, Any]) -> str:
        """Return what people call the object."""
        return " ".join(text for each in self.title if (text := _member(row, each)))

    def subtitle_of(self, row: Mapping[str, Any]) -> str | None:
        """Return what tells it apart from others of its name."""
        return _member(row, self.subtitle) if self.subtitle else None


@cache
def searched() -> Mapping[str, Searched]:
    """Return the lists that can be searched, by the name of their objects."""
    return searched_in(committed())


def searched_in(specifications: Mapping[str, Any]) -> Mapping[str, Searched]:
    """Return the lists that the specifications of services say can be searched; an object may have no subtitle."""
    found: dict[str, Searched] = {}
    for service, specification in specifications.items():
        for path, operations in specification["paths"].items():
            told = operations.get("get", {}).get("x-search")
            if told:
                permission = operations["get"]["x-permission"]
                title = tuple(told["title"])
                subtitle = told.get("subtitle")
                found[told["object"]] = Searched(told["object"], service, path, permission, title, subtitle)
    return dict(sorted(found.items()))


def _member(row: Mapping[str, Any], name: str) -> str | None:
    value: Any = row
    for part in name.split("."):
        value = value[part]
    return None if value is None else str(value)
