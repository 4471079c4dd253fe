"""The floor: the least that can answer with these rows. A bare ASGI app, asyncpg and orjson; no walls, no checks.

    python -m tests.bench.floor PORT DATABASE_URL TENANT_ID

It takes the tenant from the command line, reads the columns that the product's list and single read return, with the
tenant as a filter and by the same index, and writes each row as a flat object. The page's size is a literal, or the
server would plan each page anew. A connection needs no cleaning here
either, or the floor would pay a round trip that the product does not.
"""

import sys
from typing import Any

import asyncpg
import orjson

from deploy.local import http
from deploy.local.running import run_until_stopped
from services.deals.registrations.queries import DEALS

COLUMNS = ", ".join(
    f"{column.name}::text" if column.type.__class__.__name__ == "JSONB" else f'"{column.name}"'
    for column in DEALS.table.columns
    if column.name != "tenant_id"
)
LIST = f"SELECT {COLUMNS} FROM deals.deals WHERE tenant_id = $1 ORDER BY created_at DESC, id DESC LIMIT 26"
ONE = f"SELECT {COLUMNS} FROM deals.deals WHERE tenant_id = $1 AND id = $2"
_DOCUMENTS = ("metadata", "decision_trace")


class _Connection(asyncpg.Connection):  # type: ignore[misc]
    def get_reset_query(self) -> str:
        return ""


class Floor:
    """`GET /v1/deals` and `GET /v1/deals/{id}` of one tenant."""

    def __init__(self, url: str, tenant_id: str) -> None:
        self._url, self._tenant = url, tenant_id
        self._pool: Any = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Serve one ASGI event stream."""
        if scope["type"] == "lifespan":
            await receive()
            self._pool = await asyncpg.create_pool(self._url, min_size=1, max_size=10, connection_class=_Connection)
            await send({"type": "lifespan.startup.complete"})
            await receive()
            await self._pool.close()
            await send({"type": "lifespan.shutdown.complete"})
            return
        _, _, row_id = scope["path"].partition("/v1/deals/")
        if row_id:
            row = await self._pool.fetchrow(ONE, self._tenant, row_id)
            body = orjson.dumps(_shown(row))
        else:
            rows = await self._pool.fetch(LIST, self._tenant)
            document = {"object": "list", "data": [_shown(row) for row in rows[:25]], "has_more": len(rows) > 25}
            body = orjson.dumps(document)
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})


def _shown(row: Any) -> dict[str, Any]:
    shown = dict(row)
    for name in _DOCUMENTS:
        shown[name] = orjson.Fragment(shown[name])
    return shown


async def _serve(port: int, url: str, tenant_id: str) -> None:
    await http.serve(Floor(url, tenant_id), http.Door(http.reserve("127.0.0.1", port)))


if __name__ == "__main__":
    run_until_stopped(_serve(int(sys.argv[1]), sys.argv[2], sys.argv[3]))
