"""`make bench`: measures the product next to its floors and writes docs/benchmarks/latest.md and latest.svg."""

import argparse
import secrets
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import asyncpg
from pydantic import SecretStr
from rich.console import Console

from deploy.local.postgres import EmbeddedPostgres
from deploy.local.running import run_until_stopped
from shared import clock
from shared.settings import Settings
from tests.bench import growth, startup
from tests.bench.load import LoadClient
from tests.bench.meter import Postgres, Series, others_load
from tests.bench.place import Place, data_folder
from tests.bench.plans import plans
from tests.bench.plot import chart
from tests.bench.report import Findings, bars, figures, page
from tests.bench.servers import ROOT, running, start_floor, start_product
from tests.bench.suite import Suite

_CONSOLE = Console(highlight=False)
_SMALL, _LARGE = 10_000, 1_000_000
_PARTS = ("reads", "growth", "writes", "walls")


async def main(arguments: argparse.Namespace) -> None:
    """Run everything, or the parts that are named, and write the result."""
    load_before = others_load()
    with data_folder() as folder:
        settings = Settings(
            _env_file=None,  # type: ignore[call-arg]
            data_dir=folder,
            secret_key=SecretStr(secrets.token_urlsafe(48)),
            public_url="http://prm.example",
        )
        async with EmbeddedPostgres(folder / "postgres") as server:
            settings = settings.model_copy(update={"database_url": server.url})
            done = await _measure(arguments, settings, server)
        if "growth" in arguments.only:
            load = load_before, others_load()
            grown = growth.page(done.measured, postgres=done.postgres, plans=done.plans, sizes=done.sizes, load=load)
            (_folder() / "growth.md").write_text(grown)
        if set(arguments.only) != set(_PARTS):
            _CONSOLE.print("\n".join(figures(done.measured)), soft_wrap=True)
            return
        _CONSOLE.print("Starting and stopping, with everything in place …")
        starts = await startup.measure(settings.model_copy(update={"database_url": None}), times=3)
    found = Findings(
        done.measured,
        starts,
        done.plans,
        arguments.rows,
        arguments.rounds,
        arguments.seconds,
        done.postgres,
        load_before,
        others_load(),
    )
    _write(found)
    for bar in bars(found):
        _CONSOLE.print(f"{bar.name:<48} {bar.ratio}  (goal {bar.goal:.2f})")


@dataclass(frozen=True, slots=True)
class _Done:
    measured: Mapping[str, Mapping[str, Series]]
    plans: Mapping[str, str]
    postgres: str
    sizes: list[int]


async def _measure(arguments: argparse.Namespace, settings: Settings, server: EmbeddedPostgres) -> _Done:
    assert server.pid is not None
    place = Place(settings)
    await place.prepare()
    sizes = [arguments.rows]
    if "growth" in arguments.only:
        sizes = sorted({_SMALL, arguments.rows, *([_LARGE] if arguments.million else [])})
    tenants = {}
    for size in sizes:
        began = clock.monotonic()
        tenants[size] = await place.tenant(slug=f"vendor-{size}", rows=size)
        _CONSOLE.print(f"{size:,} deals filled in {clock.monotonic() - began:.0f} s")
    tenant = tenants[arguments.rows]
    async with AsyncExitStack() as stack:
        floor = await stack.enter_async_context(running(await start_floor(settings, tenant.id)))
        one = await stack.enter_async_context(running(await start_product(settings)))
        split = await stack.enter_async_context(running(await start_product(settings, split=True)))
        load = await LoadClient.start()
        stack.push_async_callback(load.stop)
        suite = Suite(
            settings,
            place,
            tenant,
            floor,
            one,
            split,
            load,
            Postgres(server.pid),
            arguments.rounds,
            arguments.seconds,
        )
        parts: Mapping[str, Callable[[], Awaitable[None]]] = {
            "reads": suite.reads,
            "growth": partial(growth.measure, suite, tenants),
            "writes": suite.writes,
            "walls": suite.walls,
        }
        for name in _PARTS:
            if name in arguments.only:
                _CONSOLE.print(f"{name.title()} …")
                await parts[name]()
    connection = await asyncpg.connect(settings.admin_url())
    release = str(await connection.fetchval("SHOW server_version"))
    await connection.close()
    return _Done(suite.measured, await plans(settings, tenants[sizes[-1]]), release, sizes)


def _folder() -> Path:
    folder = ROOT / "docs" / "benchmarks"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _write(found: Findings) -> None:
    (_folder() / "latest.md").write_text(page(found))
    (_folder() / "latest.svg").write_text(chart("Ratios of throughput, and their goals", bars(found)))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--rows", type=int, default=200_000, help="deals of the tenant that is asked")
    parser.add_argument("--million", action="store_true", help="measure growth up to a million deals as well")
    parser.add_argument(
        "--only",
        nargs="+",
        choices=_PARTS,
        default=_PARTS,
        help="measure these parts alone, and leave latest.md as it is",
    )
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=1.5, help="for each way in each round")
    return parser.parse_args()


if __name__ == "__main__":
    run_until_stopped(main(_arguments()))
