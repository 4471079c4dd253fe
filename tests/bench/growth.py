"""Growth: what a list, a page deep in it and a single read cost as a tenant grows; written to docs/benchmarks/growth.md."""

from collections.abc import Iterator, Mapping
from statistics import median

from services.deals.registrations.queries import DEALS
from shared.auth.principal import from_claims
from shared.db.cursors import CursorKey
from shared.db.read import _binding
from shared.settings import Settings
from tests.bench.meter import Series, Way, ratio
from tests.bench.place import DEPTHS, Tenant
from tests.bench.report import figures, machine, verdict
from tests.bench.requests import reading
from tests.bench.suite import CONCURRENCY, Suite

LIST, GET, PAGE = "growth: list", "growth: get", "growth: page by cursor"
_FLAT, _PAGE_SECONDS = 0.90, 0.050
# Latency of a page, not of a queue: with as many connections as elsewhere, each request waits for fifteen others.
_FEW = 4


def deep(settings: Settings, tenant: Tenant, depth: float) -> Iterator[str]:
    """Paths of pages that so large a part of the list comes before."""
    cursors = CursorKey(settings.secret().encode())
    bound = _binding(from_claims({"tenant": tenant.id, "sub": tenant.account}), DEALS, {})
    for at, row_id in tenant.places[depth]:
        yield f"/v1/deals?limit=25&cursor={cursors.seal([at.isoformat(), row_id], bound_to=bound)}"


async def measure(suite: Suite, tenants: Mapping[int, Tenant]) -> None:
    """List and read of tenants of different sizes through one process, and pages at some depths at the service itself."""
    for name in (LIST, GET, PAGE):
        await suite.compare(name, [way for size, tenant in tenants.items() for way in _ways(suite, name, size, tenant)])


def _ways(suite: Suite, name: str, size: int, tenant: Tenant) -> Iterator[Way]:
    token, rows, first = suite.place.token(tenant), f"{size:,} rows", "/v1/deals?limit=25"
    if name == LIST:
        yield suite.repeating(rows, suite.one, [reading(first, token)])
    elif name == GET:
        yield suite.repeating(rows, suite.one, [reading(f"/v1/deals/{each}", token) for each in tenant.ids])
    else:
        asked = [reading(first, token)]
        yield suite.repeating(f"{rows}, the first page", suite.split, asked, part="deals", connections=_FEW)
        for depth in DEPTHS:
            asked = [reading(path, token) for path in deep(suite.settings, tenant, depth)]
            yield suite.repeating(f"{rows}, {depth:.0%} deep", suite.split, asked, part="deals", connections=_FEW)


def goals(measured: Mapping[str, Mapping[str, Series]]) -> Iterator[str]:
    """Rows of a table: the goals that have to do with growth, and whether they are reached."""
    for name in (LIST, GET):
        series = measured[name]
        small, large = list(series)[0], list(series)[-1]
        grown = ratio(series[large].rates, series[small].rates)
        reached = verdict(grown.middle >= _FLAT)
        yield f"| {name}: answers, {large} / {small} | ≥ {_FLAT:.2f} | {grown} | {reached} |"
        cost = series[small].cpu_of() / series[large].cpu_of()
        yield f"| {name}: processor time, {small} / {large} | ≥ {_FLAT:.2f} | {cost:.2f} | {verdict(cost >= _FLAT)} |"
    for way, each in measured[PAGE].items():
        slowest = median(result.p99 for result in each.results)
        reached = verdict(slowest <= _PAGE_SECONDS)
        yield f"| {PAGE}, {way}: p99 at the service | ≤ {_PAGE_SECONDS * 1000:.0f} ms | {slowest * 1000:.1f} ms | {reached} |"


def page(
    measured: Mapping[str, Mapping[str, Series]],
    *,
    postgres: str,
    plans: Mapping[str, str],
    sizes: list[int],
    load: tuple[float, float],
) -> str:
    """The page in Markdown; `load` is how many processes wanted a processor before and after."""
    lines = [
        "# Growth",
        "",
        'Written by `make bench`; alone by `make bench BENCH="--only growth --million"`. Tenants of different sizes are in'
        " the same table, and are asked in turn within each round.",
        "",
        *machine(postgres),
        f"- Tenants with {', '.join(f'{size:,}' for size in sizes)} deals; {CONCURRENCY} kept-alive connections, {_FEW} for pages by cursor",
        f"- Processes wanting a processor (load average): {load[0]:.1f} before, {load[1]:.1f} after",
        "",
        "## Goals",
        "",
        "| goal | wanted | measured | |",
        "|---|---|---|---|",
        *goals(measured),
        "",
        "## Figures",
        *figures({name: series for name, series in measured.items() if name in (LIST, GET, PAGE)}),
        "",
        f"## Plans at {sizes[-1]:,} rows",
        "",
        "As the app role, with the walls up.",
    ]
    for name, plan in plans.items():
        lines += ["", f"{name[0].upper()}{name[1:]}:", "", "```", plan, "```"]
    return "\n".join([*lines, ""])
