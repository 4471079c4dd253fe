"""`make bench-registrations`: conflict checks, pages and a rush among a million live registrations; writes
docs/benchmarks/registrations.md."""

import argparse
import asyncio
import math
import platform
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from time import process_time
from typing import Any, Final

import asyncpg
import orjson
import psutil
from rich.console import Console

from deploy.local.postgres import EmbeddedPostgres
from services.deals.registrations.queries import DEALS
from shared import clock
from shared.auth.principal import from_claims
from shared.db.cursors import CursorKey
from shared.db.read import _binding
from shared.matching import Company
from tests.bench.filling import FAMILY, Stamp
from tests.bench.meter import others_load
from tests.bench.registrations.filling import fill
from tests.bench.registrations.names import companies, misspelt
from tests.bench.registrations.rush import rush_for_one
from tests.databases import SECRET, install
from tests.system import Client, System, Tenant, running

_CONSOLE: Final = Console(highlight=False)
_PAGE: Final = Path(__file__).parents[3] / "docs" / "benchmarks" / "registrations.md"
_CHECK_GOAL, _PAGE_GOAL = 0.040, 0.050
_DEPTHS: Final = (0.0, 0.5, 0.99)


@dataclass(frozen=True, slots=True)
class Timed:
    """How long requests took, in seconds, each answered with a 2xx."""

    name: str
    seconds: Sequence[float]
    processor: Sequence[float]
    """Time of the processor for each request, in seconds: of the product's own process and of the database's."""
    answers: Sequence[bytes]
    goal: float | None = None

    @property
    def met(self) -> str:
        """How many conflict checks found something, as a share."""
        classes = [orjson.loads(each).get("class") for each in self.answers if each]
        asked = [each for each in classes if each is not None]
        return f"{sum(each != 'none' for each in asked) / len(asked):.1%}" if asked else ""

    def at(self, share: float) -> float:
        """The time that so large a part took at most."""
        return _at(self.seconds, share)


def _at(figures: Sequence[float], share: float) -> float:
    ordered = sorted(figures)
    return ordered[max(0, math.ceil(len(ordered) * share) - 1)]


async def main(arguments: argparse.Namespace) -> None:
    """Fill, measure and write the page; fewer registrations than a million are only shown."""
    before = others_load()
    kept = EmbeddedPostgres(arguments.keep, fast=True) if arguments.keep else EmbeddedPostgres.temporary(fast=True)
    async with kept as postgres:
        url = str(postgres.url)
        await install(url)
        async with running(url) as system:
            tenant = await _tenant(system)
            began = clock.monotonic()
            stamps, partners = await _registrations(system, tenant, arguments)
            filled = clock.monotonic() - began
            _CONSOLE.print(f"{len(stamps):,} registrations in {filled:.0f} s")
            timed = [each async for each in _measured(system, tenant, stamps, arguments)]
            rush = await rush_for_one(tenant, partners[: arguments.rush])
            version = await system.superuser.fetchval("SHOW server_version")
    text = (
        "\n".join(_page(arguments, timed, rush, filled=filled, postgres=version, load=(before, others_load()))) + "\n"
    )
    if arguments.rows >= 1_000_000:
        _PAGE.write_text(text, encoding="utf-8")
    _CONSOLE.print(text, markup=False, soft_wrap=True)


async def _tenant(system: System) -> Tenant:
    """The tenant of a kept database, else a new one."""
    known = await system.superuser.fetchrow("SELECT id, slug FROM gateway.tenants WHERE mode = 'live' LIMIT 1")
    if known is not None:
        return Tenant(system, known["id"], known["slug"], "live")
    tenant = system.tenant(mode="live")
    await system.register(tenant)
    return tenant


async def _registrations(
    system: System, tenant: Tenant, arguments: argparse.Namespace
) -> tuple[list[Stamp], list[str]]:
    """What a kept database is filled with, else so many new ones."""
    rows = await system.superuser.fetch(
        "SELECT d.created_at, d.id, c.customer_id FROM deals.protection_claims c"
        " JOIN deals.deals d ON d.tenant_id = c.tenant_id AND d.id = c.deal_id"
        " WHERE c.tenant_id = $1 AND c.status = 'active' ORDER BY d.created_at, d.id",
        tenant.id,
    )
    if not rows:
        return await _filled(system.admin_url, tenant, arguments)
    of = await system.superuser.fetch("SELECT partner_id FROM deals.partner_directory WHERE tenant_id = $1", tenant.id)
    return [(number, *row) for number, row in enumerate(rows)], [each["partner_id"] for each in of]


async def _filled(url: str, tenant: Tenant, arguments: argparse.Namespace) -> tuple[list[Stamp], list[str]]:
    owner = await asyncpg.connect(url)
    try:
        return await fill(
            owner, tenant=tenant.id, account="acc_bench", count=arguments.rows, processes=arguments.processes
        )
    finally:
        await owner.close()


async def _measured(system: System, tenant: Tenant, stamps: Sequence[Stamp], arguments: argparse.Namespace) -> Any:
    vendor, random = tenant.vendor(), Random(arguments.rows)
    known = [next(companies(number, number + 1)) for number in random.sample(range(arguments.rows), arguments.requests)]
    asked = {
        "conflict check, the customer as registered": known,
        "conflict check, written by somebody else": [misspelt(each, random) for each in known],
        "conflict check, a customer nobody has": list(companies(arguments.rows, arguments.rows + arguments.requests)),
    }
    for name, wanted in asked.items():
        bodies = [_body(each) for each in wanted]
        await _all(vendor, [("POST", "/v1/conflict-checks", "", body) for body in bodies[:50]], at_once=1)
        for at_once in (1, 4):
            requests = [("POST", "/v1/conflict-checks", "", body) for body in bodies]
            goal = _CHECK_GOAL if at_once == 1 else None
            yield await _timed(f"{name}, {at_once} at once", vendor, requests, at_once=at_once, goal=goal)
    cursors = CursorKey(SECRET.encode())
    bound = _binding(from_claims({"tenant": tenant.id, "sub": vendor.account_id}), DEALS, {"sort": "-created_at"})
    for depth in _DEPTHS:
        places = [
            max(0, int((len(stamps) - 1) * (1 - depth)) - random.randrange(500)) for _ in range(arguments.requests)
        ]
        pages = [
            (
                "GET",
                "/v1/deals",
                f"limit=50&cursor={cursors.seal([stamps[at][1].isoformat(), stamps[at][2]], bound_to=bound)}",
                b"",
            )
            for at in places
        ]
        await _all(vendor, pages[:50], at_once=1)
        yield await _timed(f"page of 50 deals, {depth:.0%} deep", vendor, pages, at_once=1, goal=_PAGE_GOAL)


def _body(company: Company) -> bytes:
    customer = {"name": company.name, "country": company.country, "domain": company.domain}
    return orjson.dumps({"customer": customer, "product_family": FAMILY})


Request = tuple[str, str, str, bytes]


async def _timed(name: str, caller: Client, requests: Sequence[Request], *, at_once: int, goal: float | None) -> Timed:
    seconds, processor, answers = await _all(caller, requests, at_once=at_once)
    return Timed(name, seconds, processor, answers, goal)


async def _all(
    caller: Client, requests: Sequence[Request], *, at_once: int
) -> tuple[list[float], list[float], list[bytes]]:
    """Send requests, so many at a time; returns what each took, of the clock and of processors, and its answer, which is a 2xx.

    What it took of processors is told for one at a time; of more, each has the same part of the whole.
    """
    waiting = iter(requests)
    seconds: list[float] = []
    processor: list[float] = []
    answers: list[bytes] = []
    backends = await _backends(caller.system)
    began_all = _processor(backends)

    async def sender() -> None:
        for method, path, query, body in waiting:
            headers = {"authorization": f"Bearer {caller.token}"}
            if body:
                headers["content-type"] = "application/json"
            began, busy = clock.monotonic(), _processor(backends)
            answer = await caller.system.send(method, path, query=query, headers=headers, body=body)
            seconds.append(clock.monotonic() - began)
            processor.append(_processor(backends) - busy)
            assert answer.status < 300, answer.body
            if body:
                answers.append(answer.body)

    await asyncio.gather(*(sender() for _ in range(at_once)))
    if at_once > 1:
        processor = [(_processor(backends) - began_all) / len(requests)] * len(requests)
    return seconds, processor, answers


async def _backends(system: System) -> list[Path]:
    """Where Linux tells what the database's processes for this service have run; none on other systems."""
    serving = "SELECT pid FROM pg_stat_activity WHERE application_name = 'prm deals'"
    files = [Path(f"/proc/{each['pid']}/schedstat") for each in await system.superuser.fetch(serving)]
    return [each for each in files if each.exists()]


def _processor(backends: Sequence[Path]) -> float:
    of_database = sum(int(each.read_text().split()[0]) for each in backends) / 1e9
    return process_time() + of_database


def _page(
    arguments: argparse.Namespace,
    timed: Sequence[Timed],
    rush: dict[str, int],
    *,
    filled: float,
    postgres: str,
    load: tuple[float, float],
) -> Iterator[str]:
    yield "# A million live registrations"
    yield ""
    yield "Written by `make bench-registrations`. Each registration protects a customer of its own now; names are put together from those of real organisations. Times are those of the service itself, called in its own process, from the request to the last byte of the answer; those of processors are of the service and of its database together."
    yield ""
    yield f"- {psutil.cpu_count()} processors ({platform.machine()}), Python {platform.python_version()}, PostgreSQL {postgres} (embedded, fsync off)"
    made = "kept from an earlier run" if arguments.keep else f"filled in {filled:.0f} s"
    yield f"- {arguments.rows:,} live registrations, {made}; {arguments.requests:,} requests a row"
    yield f"- Processes wanting a processor (load average): {load[0]:.1f} before, {load[1]:.1f} after"
    yield ""
    yield "| what | p50 ms | p99 ms | processor p50 ms | processor p99 ms | met something | goal (p99) | |"
    yield "|---|---|---|---|---|---|---|---|"
    for each in timed:
        goal = "" if each.goal is None else f"≤ {each.goal * 1000:.0f} ms"
        most = "" if each.goal is None else f"{_at(each.processor, 0.99) * 1000:.1f}"
        reached = "" if each.goal is None else "reached" if each.at(0.99) <= each.goal else "**not reached**"
        yield f"| {each.name} | {each.at(0.5) * 1000:.1f} | {each.at(0.99) * 1000:.1f} | {_at(each.processor, 0.5) * 1000:.1f} | {most} | {each.met} | {goal} | {reached} |"
    yield ""
    yield "## A rush for one customer"
    yield ""
    yield "Partners submit registrations of one customer in the same moment: exactly one may be protected, and nobody may get a server error."
    yield ""
    yield "| what | count |"
    yield "|---|---|"
    for name, count in rush.items():
        yield f"| {name} | {count:,} |"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="make bench-registrations", description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000, help="live registrations")
    parser.add_argument("--requests", type=int, default=1_000, help="requests of each kind")
    parser.add_argument("--rush", type=int, default=1_000, help="partners who want one customer at once")
    parser.add_argument("--keep", type=Path, help="a folder to keep the filled database in, and to find it in again")
    parser.add_argument("--processes", type=int, default=2, help="that work out blocking keys")
    asyncio.run(main(parser.parse_args()))
