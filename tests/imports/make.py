"""Builders of the imports tests: files as integrators send them, and imports led to where a test wants them."""

import uuid
from dataclasses import dataclass
from typing import Any

from tests.system import Client, Response


def key() -> dict[str, str]:
    """A fresh idempotency key."""
    return {"idempotency_key": uuid.uuid4().hex}


@dataclass
class Import:
    """An import, seen by who sends it."""

    client: Client
    id: str

    @property
    def path(self) -> str:
        return f"/v1/imports/{self.id}"

    async def state(self) -> Response:
        return await self.client.get(self.path)

    async def act(self, verb: str, body: Any = None) -> Response:
        """Start an action and let its operation come to its end; returns the first answer."""
        answer = await self.client.act(self.path, verb, body, **key())
        await self.client.system.settle()
        return answer

    async def errors(self) -> list[tuple[int, str | None, str, str]]:
        """Row, column, pointer and code of all that is wrong."""
        found = await self.client.get(f"{self.path}/row-errors", limit=200, sort="row")
        return [(each["row"], each["column"], each["pointer"], each["code"]) for each in found["data"]]

    async def rows(self, rows: list[Any], *, sequence: int = 1) -> Response:
        return await self.client.post(f"{self.path}/rows", {"sequence": sequence, "rows": rows})

    async def csv(self, text: str, *, sequence: int = 1) -> Response:
        return await self.client.post(f"{self.path}/rows", {"sequence": sequence, "csv": text})


async def begun(client: Client, object_: str, **body: Any) -> Import:
    """An empty import."""
    answer = await client.post("/v1/imports", {"object": object_, **body}, **key())
    assert answer.status == 201, answer.body
    return Import(client, answer["id"])


async def of_csv(client: Client, object_: str, text: str, **body: Any) -> Import:
    """An import with one chunk of CSV."""
    made = await begun(client, object_, **body)
    answer = await made.csv(text)
    assert answer.status == 200, answer.body
    return made


async def of_rows(client: Client, object_: str, rows: list[Any], **body: Any) -> Import:
    """An import with rows as JSON, in chunks of five hundred."""
    made = await begun(client, object_, format="rows", **body)
    for number, start in enumerate(range(0, len(rows), 500), 1):
        answer = await made.rows(rows[start : start + 500], sequence=number)
        assert answer.status == 200, answer.body
    return made


async def carried_out(made: Import, **options: Any) -> Response:
    """Validate and run; returns the import as it is then."""
    assert (await made.act("validate")).status == 202
    assert (await made.act("run", options)).status == 202
    return await made.state()
