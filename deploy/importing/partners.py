"""Partners as rows name them: by PRM's id, by the other system's id, or by name."""

import asyncio
from dataclasses import dataclass

import httpx

from deploy.importing.values import plain
from shared.values.ids import is_id


@dataclass(frozen=True, slots=True)
class NotOne:
    """Why a name does not stand for exactly one partner."""

    reason: str


class PartnerNames:
    """All partners that the key sees, fetched once, when the first row names one."""

    def __init__(self, client: httpx.AsyncClient, *, system: str) -> None:
        self._client, self._system = client, system
        self._by_name: dict[str, set[str]] = {}
        self._by_reference: dict[str, str] = {}
        self._fetching = asyncio.Lock()
        self._fetched = False

    async def find(self, called: str) -> str | NotOne:
        """Return the id of the partner a row names, or why there is not exactly one."""
        if is_id(called, "ptr"):
            return called
        async with self._fetching:
            if not self._fetched:
                await self._fetch()
                self._fetched = True
        if called in self._by_reference:
            return self._by_reference[called]
        found = self._by_name.get(plain(called), set())
        if len(found) == 1:
            return next(iter(found))
        return NotOne("is the name of several partners" if found else "is no partner we know")

    async def _fetch(self) -> None:
        parameters = {"limit": "200", "fields": "name,legal_name,external_reference"}
        while True:
            response = await self._client.get("/v1/partners", params=parameters)
            response.raise_for_status()
            page = response.json()
            for partner in page["data"]:
                for name in (partner["name"], partner["legal_name"]):
                    if name:
                        self._by_name.setdefault(plain(name), set()).add(partner["id"])
                reference = partner["external_reference"]
                if reference and reference["system"] == self._system:
                    self._by_reference[reference["id"]] = partner["id"]
            if not page["has_more"]:
                return
            parameters["cursor"] = page["next_cursor"]
