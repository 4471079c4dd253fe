"""Which query parameters an operation accepts."""

from collections.abc import Sequence
from typing import Any

from shared.db.filters import filter_names
from shared.db.read import allowed_parameters, shape_parameters
from shared.db.resource import Resource
from shared.extensions import filters as attributes
from shared.extensions.declaration import extension_of


def accepted(
    query: Sequence[dict[str, Any]], *, listing: Resource | None, counting: Resource | None, single: Resource | None
) -> tuple[frozenset[str], frozenset[str]]:
    """Return the names of an operation's parameters, and those of objects: of `metadata`, only `metadata[key]` is one.

    `query` are those that it declares itself; the others come from the list it is, counts, or reads one of.
    """
    objects = {each["name"] for each in query if each.get("style") == "deepObject"}
    filtered = listing or counting
    if filtered is not None and extension_of(filtered.table) is not None:
        objects |= {*attributes.OBJECTS}
    names = {each["name"] for each in query}
    if listing is not None:
        names |= allowed_parameters(listing)
    elif counting is not None:
        names |= filter_names(counting)
    elif single is not None:
        names |= shape_parameters(single)
    return frozenset(names - objects), frozenset(objects)
