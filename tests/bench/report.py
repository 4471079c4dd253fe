"""The result as a page for people: what was measured where, which goals are reached, and the figures behind it."""

import platform
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from statistics import median

import psutil

from tests.bench.meter import Ratio, Series, ratio
from tests.bench.plot import Bar
from tests.bench.startup import Start
from tests.bench.suite import CONCURRENCY, DIRECT, FLOOR, ONE, PARTNER, PGBENCH, SPLIT

_LIBRARIES = ("uvicorn", "uvloop", "httptools", "asyncpg", "orjson", "sqlalchemy", "pydantic", "fastapi", "aiohttp")
_MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Findings:
    """Everything a run has found."""

    measured: Mapping[str, Mapping[str, Series]]
    starts: Sequence[Start]
    plans: Mapping[str, str]
    rows: int
    rounds: int
    seconds: float
    postgres: str
    load_before: float
    load_after: float


def bars(found: Findings) -> list[Bar]:
    """The ratios that have a goal."""
    made = []
    for what in ("list", "get"):
        series = found.measured[what]
        made += [
            Bar(f"{what}: one process / floor", _rates(series, ONE, FLOOR), 0.60),
            Bar(f"{what}: distributed / floor", _rates(series, SPLIT, FLOOR), 0.60),
            Bar(f"{what}: distributed / direct call", _rates(series, SPLIT, DIRECT), 0.75),
        ]
    registering = found.measured["register"]
    made.append(Bar("registration: one process / pgbench", _rates(registering, ONE, PGBENCH), 0.30))
    for name, series in found.measured.items():
        if name.startswith("walls"):
            made.append(Bar(f"{name}: up / down", _rates(series, "walls on", "walls off"), 0.90))
    return made


def _rates(series: Mapping[str, Series], part: str, whole: str) -> Ratio:
    return ratio(series[part].rates, series[whole].rates)


def page(found: Findings) -> str:
    """The page in Markdown."""
    return "\n".join(
        [
            "# Benchmarks",
            "",
            "Written by `make bench`; ratios are taken within each round, ways alternate, the middle of all rounds is shown"
            " with the lowest and the highest. What a tenant's size does to it, and pages far down a list: [growth.md](growth.md).",
            "",
            *_machine(found),
            "",
            "![The ratios and their goals](latest.svg)",
            "",
            *_goals(found),
            "",
            *_figures(found),
            "",
            *_plans(found),
        ]
    )


def machine(postgres: str) -> Iterator[str]:
    """What the machine is, and the versions of what ran on it."""
    memory = psutil.virtual_memory().total / 2**30
    yield "## Where"
    yield ""
    yield f"- {psutil.cpu_count()} processors ({platform.machine()}), {memory:.0f} GB, {platform.system()} {platform.release()}"
    yield (
        f"- Python {platform.python_version()}, PostgreSQL {postgres} (embedded; fsync and synchronous_commit on), "
        + ", ".join(f"{name} {version(name)}" for name in _LIBRARIES)
    )


def _machine(found: Findings) -> Iterator[str]:
    yield from machine(found.postgres)
    yield f"- {found.rows:,} deals of the tenant that is asked; {CONCURRENCY} kept-alive connections; {found.rounds} rounds of {found.seconds:g} s a way"
    yield (
        f"- Processes wanting a processor (load average): {found.load_before:.1f} before, {found.load_after:.1f} after."
        " Server, database and load share the processors, with whatever else the machine does."
    )


def _goals(found: Findings) -> Iterator[str]:
    yield "## Goals"
    yield ""
    yield "| goal | wanted | measured | |"
    yield "|---|---|---|---|"
    for bar in bars(found):
        yield f"| {bar.name} | ≥ {bar.goal:.2f} | {bar.ratio} | {verdict(bar.ratio.middle >= bar.goal)} |"
    for what in ("list", "get"):
        series = found.measured[f"growth: {what}"]
        small, large = list(series)[0], list(series)[-1]
        grown = _rates(series, large, small)
        yield f"| {what}: {large} / {small} | ≥ 0.90 | {grown} | {verdict(grown.middle >= 0.9)} |"
    took = median(each.seconds for each in found.starts)
    held = median(each.shared_once for each in found.starts) / _MEGABYTE
    yield f"| warm start to ready, one process | ≤ 5 s | {took:.1f} s | {verdict(took <= 5)} |"
    yield f"| idle memory of the whole system, database included | ≤ 400 MB | {held:.0f} MB | {verdict(held <= 400)} |"


def verdict(is_reached: bool) -> str:
    """What to say of a goal."""
    return "reached" if is_reached else "**not reached**"


def _figures(found: Findings) -> Iterator[str]:
    yield "## Figures"
    yield ""
    yield (
        "Rates are answers a second, latencies under this load. Processor time is what one answer took in the server's"
        " processes and in PostgreSQL, in microseconds: it varies far less than rates do when the machine has other work."
        " Where one process is gateway and service at once, its time stands with the service; the service is then what all"
        " processes but the gateway took."
        " `pgbench` sends the statements that the product sends, by as many sessions as its pool has."
    )
    yield from figures(found.measured)
    yield ""
    yield "### Processor time by process, distributed"
    yield ""
    for name in ("list", "get", "create", "register", "approve"):
        cpu = found.measured[name][SPLIT].cpu
        yield f"- {name}: " + ", ".join(
            f"{part} {median(cpu[part]):.0f} µs" for part in ("gateway", "deals", "postgres")
        )
    floor = {name: found.measured[name][FLOOR].cpu_of("product") for name in ("list", "get")}
    yield ""
    yield "### By processor time of the server alone"
    yield ""
    for name, least in floor.items():
        ways = {way: least / _server(found.measured[name][way]) for way in (ONE, PARTNER, DIRECT, SPLIT)}
        yield f"- {name}, of the floor: " + ", ".join(f"{way} {share:.2f}" for way, share in ways.items())
    yield ""
    yield "### Starts"
    yield ""
    for start in found.starts:
        yield (
            f"- ready after {start.seconds:.1f} s; idle: {start.shared_once / _MEGABYTE:.0f} MB with shared pages counted once,"
            f" {start.resident / _MEGABYTE:.0f} MB as the sum of resident sets"
        )


def figures(measured: Mapping[str, Mapping[str, Series]]) -> Iterator[str]:
    """A table of every way for each thing that was measured."""
    for name, series in measured.items():
        yield ""
        yield f"### {name[0].upper()}{name[1:]}"
        yield ""
        yield "| way | answers/s | range | p50 ms | p99 ms | gateway µs | service µs | PostgreSQL µs | bytes |"
        yield "|---|---|---|---|---|---|---|---|---|"
        for way, each in series.items():
            yield _figure(way, each)


def _server(series: Series) -> float:
    return series.cpu_of(*(name for name in series.cpu if name != "postgres"))


def _figure(way: str, series: Series) -> str:
    rates = series.rates
    p50, p99 = (median(getattr(each, name) for each in series.results) * 1000 for name in ("p50", "p99"))
    gateway = f"{series.cpu_of('gateway'):.0f}" if "gateway" in series.cpu else ""
    services = [part for part in series.cpu if part not in ("postgres", "gateway")]
    service = f"{series.cpu_of(*services):.0f}" if services else ""
    return (
        f"| {way} | {median(rates):.0f} | {min(rates):.0f}–{max(rates):.0f} | {p50:.1f} | {f'{p99:.1f}' if p99 else ''} |"
        f" {gateway} | {service} | {series.cpu_of('postgres'):.0f} | {series.results[-1].body_bytes or ''} |"
    )


def _plans(found: Findings) -> Iterator[str]:
    yield "## Plans"
    yield ""
    yield "As the app role, with the walls up."
    for name, plan in found.plans.items():
        yield ""
        yield f"{name[0].upper()}{name[1:]}:"
        yield ""
        yield "```"
        yield plan
        yield "```"
