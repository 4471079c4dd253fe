"""What scopes can name: the permissions that operations of all services declare."""

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from gateway.publish.specifications import committed


@cache
def grantable() -> frozenset[str]:
    """Return every `noun:verb` that gives something, wildcards among them, as the committed specifications have it."""
    return named_by(
        operation["x-permission"]
        for specification in committed().values()
        for operations in specification["paths"].values()
        for operation in _operations(operations)
        if "x-permission" in operation
    )


def named_by(permissions: Iterable[str]) -> frozenset[str]:
    """Return what names one of these permissions: itself, by its noun or its verb alone, or with all others."""
    found = {"*:*"}
    for permission in permissions:
        noun, _, verb = permission.partition(":")
        # Whoever may read may view.
        verbs = (verb, "read") if verb == "view" else (verb,)
        found.update(f"{each}:{one}" for each in (noun, "*") for one in (*verbs, "*"))
    return frozenset(found)


def _operations(path: Mapping[str, Any]) -> Iterable[Mapping[str, Any]]:
    return (each for each in path.values() if isinstance(each, Mapping))
