"""`make bench`: measures the product next to its floors and writes docs/benchmarks/latest.md and latest.svg."""

import argparse
import secrets
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from pathlib import Path

import asyncpg
from pydantic import SecretStr
from rich.console import Console

from deploy.local.postgres import EmbeddedPostgres
from deploy.local.running import run_until_stopped
from shared.settings import Settings
from tests.bench import startup
from tests.bench.load import LoadClient
from tests.bench.meter import Postgres, others_load
from tests.bench.place import Place
from tests.bench.plans import plans
from tests.bench.plot import chart
from tests.bench.report import Findings, bars, page
from tests.bench.servers import ROOT, Server, start_floor, start_product
from tests.bench.suite import Suite

_CONSOLE = Console(highlight=False)
_SMALL = 10_000


async def main(arguments: argparse.Namespace) -> None:
    """Run everything and write the result."""
    load_before = others_load()
    with _folder() as folder:
        settings = Settings(
            _env_file=None,  # type: ignore[call-arg]
            data_dir=folder,
            secret_key=SecretStr(secrets.token_urlsafe(48)),
            public_url="http://prm.example",
        )
        async with EmbeddedPostgres(folder / "postgres") as server:
            settings = settings.model_copy(update={"database_url": server.url})
            suite, release, shown = await _measure(arguments, settings, server)
        _CONSOLE.print("Starting and stopping, with everything in place …")
        starts = await startup.measure(settings.model_copy(update={"database_url": None}), times=3)
    found = Findings(
        suite.measured,
        starts,
        shown,
        arguments.rows,
        arguments.rounds,
        arguments.seconds,
        release,
        load_before,
        others_load(),
    )
    _write(found)
    for bar in bars(found):
        _CONSOLE.print(f"{bar.name:<48} {bar.ratio}  (goal {bar.goal:.2f})")


async def _measure(
    arguments: argparse.Namespace, settings: Settings, server: EmbeddedPostgres
) -> tuple[Suite, str, dict[str, str]]:
    assert server.pid is not None
    place = Place(settings)
    await place.prepare()
    _CONSOLE.print(f"Filling {arguments.rows:,} deals …")
    sizes = sorted({_SMALL, arguments.rows, *([1_000_000] if arguments.million else [])})
    tenants = {size: await place.tenant(slug=f"vendor-{size}", rows=size) for size in sizes}
    tenant = tenants[arguments.rows]
    async with AsyncExitStack() as stack:
        floor = await stack.enter_async_context(_running(await start_floor(settings, tenant.id)))
        one = await stack.enter_async_context(_running(await start_product(settings)))
        split = await stack.enter_async_context(_running(await start_product(settings, split=True)))
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
        for name, work in (
            ("Reads", suite.reads()),
            ("Growth", suite.growth(tenants)),
            ("Writes", suite.writes()),
            ("Walls", suite.walls()),
        ):
            _CONSOLE.print(f"{name} …")
            await work
    connection = await asyncpg.connect(settings.admin_url())
    release = str(await connection.fetchval("SHOW server_version"))
    await connection.close()
    return suite, release, await plans(settings, tenant)


@asynccontextmanager
async def _running(server: Server) -> AsyncIterator[Server]:
    try:
        yield server
    finally:
        await server.stop()


@contextmanager
def _folder() -> Iterator[Path]:
    """A data directory that other users can reach, removed at the end."""
    root = Path(tempfile.mkdtemp(prefix="prm-bench-"))
    root.chmod(0o755)
    (root / "prm").mkdir()
    try:
        yield root / "prm"
    finally:
        shutil.rmtree(root, ignore_errors=True)


def _write(found: Findings) -> None:
    folder = ROOT / "docs" / "benchmarks"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "latest.md").write_text(page(found))
    (folder / "latest.svg").write_text(chart("Ratios of throughput, and their goals", bars(found)))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--rows", type=int, default=200_000, help="deals of the tenant that is asked")
    parser.add_argument("--million", action="store_true", help="measure growth up to a million deals as well")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=1.5, help="for each way in each round")
    return parser.parse_args()


if __name__ == "__main__":
    run_until_stopped(main(_arguments()))
