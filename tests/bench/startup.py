"""How long a start takes when everything is there already, and how much memory the whole system holds when idle."""

import asyncio
from dataclasses import dataclass

import psutil

from shared import clock
from shared.settings import Settings
from tests.bench.servers import Server, start_product

_SETTLING_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Start:
    """Seconds from the command to a ready answer, and bytes held after a while of doing nothing.

    `shared_once` counts a page that several processes share by its share in each, `resident` in full.
    """

    seconds: float
    shared_once: int
    resident: int


async def measure(settings: Settings, *, times: int, split: bool = False) -> list[Start]:
    """Start and stop the product with its own database, so many times."""
    starts = []
    for _ in range(times):
        began = clock.monotonic()
        server = await start_product(settings, split=split, own_database=True)
        took = clock.monotonic() - began
        await asyncio.sleep(_SETTLING_SECONDS)
        starts.append(Start(took, *_memory(server)))
        await server.stop()
    return starts


def _memory(server: Server) -> tuple[int, int]:
    root = psutil.Process(server.process.pid)
    infos = [each.memory_full_info() for each in (root, *root.children(recursive=True))]
    return sum(each.pss for each in infos), sum(each.rss for each in infos)
