"""Nouns that every service has its own part of: the id of such an object says where it is kept. Pure."""

from collections.abc import Mapping
from typing import Final

SPREAD: Final[Mapping[str, str]] = {"operations": "op", "imports": "imp"}
"""The nouns, and what the ids of their objects begin with, before the name of the service."""


def prefix_of(noun: str, service: str) -> str:
    """Return what the ids of a service's objects of a noun begin with."""
    return f"{SPREAD[noun]}_{service}"


def service_named(noun: str, object_id: str) -> str | None:
    """Return the service that an id of the noun names by its form, or None when it names none."""
    beginning, prefix = f"{SPREAD[noun]}_" if noun in SPREAD else None, object_id.rpartition("_")[0]
    return prefix.removeprefix(beginning) if beginning and prefix.startswith(beginning) else None
