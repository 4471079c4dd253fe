"""The product's door over apps of a test's own choosing: nobody is slowed down there, and every page may read."""

from collections.abc import Mapping
from contextlib import AsyncExitStack
from typing import Any

from gateway.edge.app import Door, Edge
from gateway.edge.origins import Origins
from gateway.edge.table import table_of
from gateway.limits.limiter import Limiter
from gateway.publish.pages import Pages
from gateway.publish.specifications import committed
from shared.web.peer import ASGI
from shared.web.reply import Reply


async def _run_already(_: AsyncExitStack) -> None:
    """The apps are up."""


async def _fine(path: str) -> Reply:
    return Reply(200)


def door_of(gateway: Any, upstreams: Mapping[str, ASGI], *, lifespans: Any = _run_already) -> Edge:
    """The edge in front of these upstreams, with the keys and the memory of a gateway's app."""
    return Edge(
        table=table_of(committed()),
        upstreams=upstreams,
        verifier=gateway.runtime.verifier,
        identity=gateway.state.identity,
        pages=Pages(),
        lifespans=lifespans,
        probe=_fine,
        door=Door(Limiter({}), Origins(["*"])),
        requests=gateway.state.requests,
        inner=gateway,
    )
