"""`make bench-peer`: measures PRM next to Directus on the same database server, and writes docs/benchmarks/peer.md."""

import argparse
import secrets
from contextlib import AsyncExitStack

import asyncpg
from pydantic import SecretStr
from rich.console import Console

from deploy.local.postgres import EmbeddedPostgres
from deploy.local.running import run_until_stopped
from shared.settings import Settings
from tests.bench.load import LoadClient
from tests.bench.meter import Postgres, others_load
from tests.bench.peer import directus
from tests.bench.peer.installed import Installed, install
from tests.bench.peer.report import Findings, bars, page
from tests.bench.peer.same import compare
from tests.bench.peer.suite import Suite
from tests.bench.place import Place, data_folder
from tests.bench.servers import ROOT, running, start_product

_CONSOLE = Console(highlight=False)
_NEIGHBOUR = 10_000
_READS_COMPARED = 200


async def main(arguments: argparse.Namespace) -> None:
    """Run everything and write the result."""
    with _CONSOLE.status("Some minutes …"):
        installed = await install(tell=_CONSOLE.print)
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
            assert server.pid is not None
            found = await _measure(arguments, settings, installed, Postgres(server.pid), load_before)
    target = ROOT / "docs" / "benchmarks" / "peer.md"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(page(found))
    for bar in bars(found):
        _CONSOLE.print(f"{bar.name:<32} {bar.ratio}  (goal {bar.goal:.0f})")


async def _measure(
    arguments: argparse.Namespace, settings: Settings, installed: Installed, postgres: Postgres, load_before: float
) -> Findings:
    place = Place(settings)
    await place.prepare()
    _CONSOLE.print(f"Filling {arguments.rows:,} deals …")
    await place.tenant(slug="neighbour", rows=_NEIGHBOUR)
    tenant = await place.tenant(slug="vendor", rows=arguments.rows)
    token = place.token(tenant)
    async with AsyncExitStack() as stack:
        one = await stack.enter_async_context(running(await start_product(settings)))
        split = await stack.enter_async_context(running(await start_product(settings, split=True)))
        _CONSOLE.print("Setting Directus up and copying the deals …")
        peer = await stack.enter_async_context(directus.running(installed, settings, tenant))
        load = await LoadClient.start()
        stack.push_async_callback(load.stop)
        sameness = await compare(one, token, peer, tenant, reads=_READS_COMPARED)
        _CONSOLE.print(f"Both answer the same: {sameness.values:,} values compared")
        suite = Suite(tenant, token, one, split, peer, load, postgres, arguments.rounds, arguments.seconds)
        for name, work in (("List", suite.list), ("Get", suite.get), ("Create", suite.create)):
            _CONSOLE.print(f"{name}, {arguments.rounds} rounds …")
            await work()
        is_walled = peer.is_walled
    connection = await asyncpg.connect(settings.admin_url())
    release = str(await connection.fetchval("SHOW server_version"))
    await connection.close()
    node = await installed.node_version()
    return Findings(
        suite.measured,
        sameness,
        is_walled,
        arguments.rows,
        _NEIGHBOUR,
        arguments.rounds,
        arguments.seconds,
        release,
        node,
        installed.version("directus"),
        load_before,
        others_load(),
    )


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.peer", description=__doc__)
    parser.add_argument("--rows", type=int, default=200_000, help="deals of the tenant that is asked")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=float, default=3.0, help="for each way in each round")
    return parser.parse_args()


if __name__ == "__main__":
    run_until_stopped(main(_arguments()))
