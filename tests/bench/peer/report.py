"""The result as a page for people: what was set up on both sides, which goals are reached, and the figures behind it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from statistics import median

from tests.bench.meter import Series, ratio
from tests.bench.peer.directus import SETTINGS
from tests.bench.peer.same import Sameness
from tests.bench.peer.suite import PEER
from tests.bench.plot import Bar
from tests.bench.report import figures, machine, verdict
from tests.bench.suite import CONCURRENCY, ONE, SPLIT

_GOALS = {"list": 8.0, "get": 12.0, "create": 10.0}


@dataclass(frozen=True, slots=True)
class Findings:
    """Everything a run has found."""

    measured: Mapping[str, Mapping[str, Series]]
    sameness: Sameness
    is_walled: bool
    rows: int
    neighbour: int
    rounds: int
    seconds: float
    postgres: str
    node: str
    directus: str
    load_before: float
    load_after: float


def bars(found: Findings) -> list[Bar]:
    """The ratios that have a goal."""
    return [
        Bar(f"{what}: {way} / {PEER}", ratio(found.measured[what][way].rates, found.measured[what][PEER].rates), goal)
        for what, goal in _GOALS.items()
        for way in (ONE, SPLIT)
    ]


def page(found: Findings) -> str:
    """The page in Markdown."""
    return "\n".join(
        [*_opening(), "", *_where(found), "", *_goals(found), "", *_set_up(found), "", *_figures(found), ""]
    )


def _opening() -> Iterator[str]:
    yield "# PRM and Directus"
    yield ""
    yield (
        "Written by `make bench-peer`; ratios are taken within each round, ways alternate, the middle of all rounds is"
        " shown with the lowest and the highest."
    )


def _where(found: Findings) -> Iterator[str]:
    yield from machine(found.postgres)
    yield f"- Directus {found.directus} on Node {found.node.removeprefix('v')}, one process"
    yield (
        f"- {found.rows:,} deals of the tenant that is asked and {found.neighbour:,} of another; {CONCURRENCY} kept-alive"
        f" connections; {found.rounds} rounds of {found.seconds:g} s a way, after 6 s of warming up and a round that does not count"
    )
    yield (
        f"- Processes wanting a processor (load average): {found.load_before:.1f} before, {found.load_after:.1f} after."
        " Server, database and load share the processors, with whatever else the machine does."
    )


def _goals(found: Findings) -> Iterator[str]:
    yield "## Goals"
    yield ""
    yield "PRM's answers a second in one process and split into five, divided by those of Directus:"
    yield ""
    yield "| goal | wanted | measured | |"
    yield "|---|---|---|---|"
    for bar in bars(found):
        yield f"| {bar.name} | ≥ {bar.goal:.0f} | {bar.ratio} | {verdict(bar.ratio.middle >= bar.goal)} |"
    yield ""
    yield "Processor time of an answer, servers and PostgreSQL together, which other work on the machine changes less than rates:"
    yield ""
    yield f"| | {ONE} µs | {SPLIT} µs | {PEER} µs | {PEER} / {ONE} | {PEER} / {SPLIT} |"
    yield "|---|---|---|---|---|---|"
    for what, series in found.measured.items():
        one, split, peer = (_cpu(series[way]) for way in (ONE, SPLIT, PEER))
        yield f"| {what} | {one:.0f} | {split:.0f} | {peer:.0f} | {peer / one:.1f} | {peer / split:.1f} |"


def _cpu(series: Series) -> float:
    return float(median(sum(each) for each in zip(*series.cpu.values(), strict=True)))


def _set_up(found: Findings) -> Iterator[str]:
    same = found.sameness
    yield "## What was set up"
    yield ""
    yield (
        "- Same PostgreSQL server, as PRM starts it, over its Unix socket: PRM in its database, Directus in one of its own,"
        " whose owner it is, in its schema `public`. Both keep at most ten connections a pool."
    )
    yield (
        "- PRM as `prm up` starts it, everything on: row-level security with the tenant and the viewer, a signed token with"
        " scopes, and for a creation validation, audit, event and idempotency key."
    )
    yield (
        "- Directus from npm, installed by its lock file without scripts; `isolated-vm` 6 in place of 5, which would need a"
        " compiler (it runs flows and extensions, of which there are none). Started by `bootstrap` and `start`, with "
        + ", ".join(f"`{name}={value}`" for name, value in SETTINGS.items())
        + "; all else is as it comes."
    )
    yield (
        "- Through its API: a collection `deals` with a field for every column of PRM's answers and the tenant (texts as"
        " strings, money as big integers, `id` the primary key, `created_at` and `updated_at` filled in by Directus),"
        " activity and revisions tracked, which is the default; a policy that may read and create in it, a role with the"
        " policy, a user with the role and a static token."
    )
    yield (
        "- The rows were copied from PRM's table, and got the index `(tenant_id, created_at, id)` that PRM has; then"
        " `VACUUM ANALYZE`."
    )
    yield _wall(found)
    yield (
        "- `list`: the 25 newest deals, all fields, newest first and by id. `get`: 2,000 deals of every age in turn."
        " `create`: a deal with a customer of its own; PRM makes the id and knows tenant and author by the token, Directus"
        " is sent them. Both answer with the deal that was made."
    )
    yield (
        f"- Verified before measuring: the list has the same {same.listed} ids in the same order on both sides; it and"
        f" {same.read} single reads have the same values, {same.values:,} in all; a deal created on each side is kept as it"
        " was sent. Instants were compared to the millisecond, where Directus ends. Every measured answer had the status"
        " of success, or the run would have failed."
    )


def _wall(found: Findings) -> str:
    if found.is_walled:
        return "- The policy confines reads and creations to the tenant by a permission filter, for which a licence was given."
    return (
        "- The wall between tenants is missing on the side of Directus: since version 12 permission filters need a licence,"
        " and without one its API refuses them (`LICENSE_KEY` in the environment gives it one). So its token may read all"
        " tenants, and the list has the tenant as a filter of the request; a single read has none. That is less work than"
        " PRM does. Without a licence its telemetry also stays on, whatever the setting: it counts requests, and tries to"
        " report to its makers when it starts."
    )


def _figures(found: Findings) -> Iterator[str]:
    yield "## Figures"
    yield ""
    yield (
        "Rates are answers a second, latencies under this load. Processor time is what one answer took in the server's"
        " processes and in PostgreSQL, in microseconds."
    )
    yield from figures(found.measured)
