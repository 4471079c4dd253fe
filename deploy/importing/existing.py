"""What is there already: objects found by the id another system has for them, and how a row differs from one."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, Final

import httpx

from deploy.importing.columns import Noun
from deploy.importing.encoding import Unreadable

_MOST_IDS: Final = 200  # which a page holds
_LONGEST_FILTER: Final = 1500


class Existing:
    """Objects of one noun by the id another system has for them."""

    def __init__(self, client: httpx.AsyncClient, *, noun: Noun, system: str) -> None:
        self._client, self._noun, self._system = client, noun, system
        self._type = noun.removesuffix("s")
        self._found: dict[str, Mapping[str, Any]] = {}

    async def look_up(self, external_ids: Sequence[str]) -> None:
        """Fetch what was imported before under these ids, many in one request; raises Unreadable without permission."""
        for batch in _batches(external_ids):
            kind = {"external_system": self._system, "external_type": self._type}
            wanted = {**kind, "external_id": ",".join(batch), "limit": "200"}
            response = await self._client.get(f"/v1/{self._noun}", params=wanted)
            for each in _allowed(response)["data"]:
                for known in each["external_references"]:
                    if known == self._reference(known["id"]):
                        self._found[known["id"]] = each

    def find(self, external_id: str) -> Mapping[str, Any] | None:
        """Return the object found by this id, or None."""
        return self._found.get(external_id)

    def named(self, body: Mapping[str, Any], external_id: str) -> dict[str, Any]:
        """Return the body with the external reference by which the object is found again."""
        return {**body, "external_reference": self._reference(external_id)}

    def _reference(self, external_id: str) -> dict[str, str]:
        return {"system": self._system, "type": self._type, "id": external_id}


def _batches(external_ids: Sequence[str]) -> Iterator[list[str]]:
    """So many ids at a time that a filter can name them."""
    batch: list[str] = []
    for each in external_ids:
        if len(batch) == _MOST_IDS or sum(map(len, batch)) + len(each) > _LONGEST_FILTER:
            yield batch
            batch = []
        batch.append(each)
    if batch:
        yield batch


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
