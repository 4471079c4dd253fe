"""What is there already: objects found by the id another system has for them, and how a row differs from one.

Partners and leads keep the other system's id as an external reference. A deal gets an id made from it, by which it is found
again: the API lets a client choose the id of what it creates.
"""

import hashlib
from collections.abc import Collection, Mapping
from typing import Any, Final

import httpx

from deploy.importing.columns import Noun
from deploy.importing.encoding import Unreadable
from shared.values.ids import encode

# The member that holds the external reference, and its type.
_REFERENCES: Final[Mapping[Noun, tuple[str, str]]] = {
    "partners": ("external_reference", "partner"),
    "leads": ("external", "lead"),
}


class Existing:
    """Objects of one noun by the id another system has for them."""

    def __init__(self, client: httpx.AsyncClient, *, noun: Noun, system: str) -> None:
        self._client, self._noun, self._system = client, noun, system

    async def find(self, external_id: str) -> Mapping[str, Any] | None:
        """Return the object imported before under this external id, or None; raises Unreadable without permission."""
        if self._noun not in _REFERENCES:
            response = await self._client.get(f"/v1/{self._noun}/{self._id(external_id)}")
            return None if response.status_code == 404 else _allowed(response)
        member, kind = _REFERENCES[self._noun]
        wanted = {"external_system": self._system, "external_id": external_id}
        response = await self._client.get(f"/v1/{self._noun}", params=wanted)
        reference = {"system": self._system, "type": kind, "id": external_id}
        found: list[Mapping[str, Any]] = _allowed(response)["data"]
        return next((each for each in found if each[member] == reference), None)

    def named(self, body: Mapping[str, Any], external_id: str) -> dict[str, Any]:
        """Return the body with what makes the object findable by its external id."""
        if self._noun not in _REFERENCES:
            return {**body, "id": self._id(external_id)}
        member, kind = _REFERENCES[self._noun]
        return {**body, member: {"system": self._system, "type": kind, "id": external_id}}

    def _id(self, external_id: str) -> str:
        digest = hashlib.sha256(f"{self._system}\n{self._noun}\n{external_id}".encode()).digest()
        return encode(
            self._noun.removesuffix("s"),
            milliseconds=int.from_bytes(digest[:6], "big"),
            random=int.from_bytes(digest[6:16], "big"),
        )


def differences(body: Mapping[str, Any], seen: Mapping[str, Any], *, only: Collection[str] | None = None) -> list[str]:
    """Return the members of the body whose values differ from what is there; what the body leaves out is no difference."""
    return [name for name in (body if only is None else only) if not _same(body[name], seen.get(name))]


def nested(value: Any, seen: Any) -> Any:
    """Return the value for a patch: an object keeps the members that the row does not name."""
    if isinstance(value, dict) and isinstance(seen, dict):
        return {**{name: each for name, each in seen.items() if each is not None}, **value}
    return value


def _same(value: Any, seen: Any) -> bool:
    if isinstance(value, dict):
        return isinstance(seen, dict) and all(_same(each, seen.get(name)) for name, each in value.items())
    if isinstance(value, list):
        return isinstance(seen, list) and sorted(map(str, value)) == sorted(map(str, seen))
    return bool(value == seen)


def _allowed(response: httpx.Response) -> Any:
    if response.is_success:
        return response.json()
    try:
        problem = response.json()
    except ValueError:
        problem = {}
    raise Unreadable(
        f"PRM answered {response.status_code} on looking up what is there: {problem.get('detail', 'no reason given')}"
    )
