"""`make bench-imports`: how many rows of a file become objects in a second; writes docs/benchmarks/imports.md."""

import argparse
import asyncio
import secrets
import uuid
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any, Final

import httpx
from pydantic import SecretStr
from rich.console import Console

from deploy.local.postgres import EmbeddedPostgres
from deploy.local.running import run_until_stopped
from shared import clock
from shared.settings import Settings
from tests.bench.filling import FAMILY
from tests.bench.meter import others_load
from tests.bench.place import Place, Tenant, data_folder
from tests.bench.servers import running, start_product

_CONSOLE = Console(highlight=False)
_PAGE: Final = Path(__file__).parents[2] / "docs" / "benchmarks" / "imports.md"
_GOAL, _CHUNK = 1000, 2000
_LOOKS_EVERY_SECONDS: Final = 0.05
_STEPS: Final = ("send", "validate", "run")
_NAMES: Final = ("Őrző Kft.", "東京商社", "Новотех", "Globex GmbH")

Row = Callable[[Tenant, int], Mapping[str, Any]]


def lead(tenant: Tenant, number: int) -> Mapping[str, Any]:
    """A lead of a company that nobody has named before."""
    name = uuid.uuid4().hex[:10]
    return {
        "company": {"name": f"{_NAMES[number % 4]} {name}", "domain": f"{name}.com", "country": "HU"},
        "contact": {"given_name": "Ildikó", "email": f"i@{name}.com"},
        "source": "fair",
        "product_family": FAMILY,
    }


def deal(tenant: Tenant, number: int) -> Mapping[str, Any]:
    """A draft of a registration."""
    name = uuid.uuid4().hex[:10]
    return {
        "partner_id": tenant.partners[number % len(tenant.partners)],
        "title": f"Rollout for {name}",
        "customer": {"name": f"{_NAMES[number % 4]} {name}", "domain": f"{name}.com", "country": "HU"},
        "product_family": FAMILY,
        "amount": {"amount": 10_000_00, "currency": "EUR"},
    }


_OBJECTS: Final[Mapping[str, Row]] = {"lead": lead, "deal": deal}


@dataclass(frozen=True, slots=True)
class Took:
    """Seconds that the steps of one import took."""

    rows: int
    seconds: Mapping[str, float]

    def rate(self, *steps: str) -> float:
        """Rows a second over these steps together; over all of them when none is named."""
        return self.rows / sum(self.seconds[name] for name in steps or _STEPS)


async def main(arguments: argparse.Namespace) -> None:
    """Import so many rows of each object, several times, and write the page."""
    before = others_load()
    measured: dict[str, list[Took]] = {}
    async with _served() as (client, tenant):
        for name, row in _OBJECTS.items():
            with _CONSOLE.status(f"Importing {arguments.rows:,} of {name}, {arguments.rounds} times …"):
                measured[name] = [
                    await _imported(client, name, [row(tenant, number) for number in range(arguments.rows)])
                    for _ in range(arguments.rounds)
                ]
    text = "\n".join(_page(measured, rows=arguments.rows, load=(before, others_load()))) + "\n"
    _CONSOLE.print(text, markup=False, soft_wrap=True)
    _PAGE.write_text(text, encoding="utf-8")


@asynccontextmanager
async def _served() -> AsyncIterator[tuple[httpx.AsyncClient, Tenant]]:
    with data_folder() as folder:
        settings = Settings(
            _env_file=None,  # type: ignore[call-arg]
            data_dir=folder,
            secret_key=SecretStr(secrets.token_urlsafe(48)),
            public_url="http://prm.example",
        )
        async with EmbeddedPostgres(folder / "postgres") as server:
            settings = settings.model_copy(update={"database_url": server.url})
            place = Place(settings)
            await place.prepare()
            tenant = await place.tenant(slug="vendor", rows=1)
            async with running(await start_product(settings)) as product:
                client = httpx.AsyncClient(
                    base_url=f"http://127.0.0.1:{product.port}",
                    headers={"authorization": f"Bearer {place.token(tenant, scope='*:*')}"},
                    timeout=60,
                )
                async with client:
                    yield client, tenant


async def _imported(client: httpx.AsyncClient, name: str, rows: Sequence[Mapping[str, Any]]) -> Took:
    made = await _post(client, "/v1/imports", {"object": name, "format": "rows"})
    path, seconds = f"/v1/imports/{made['id']}", {}
    began = clock.monotonic()
    for number, start in enumerate(range(0, len(rows), _CHUNK), 1):
        await _post(client, f"{path}/rows", {"sequence": number, "rows": rows[start : start + _CHUNK]})
    seconds["send"] = clock.monotonic() - began
    for step in ("validate", "run"):
        began = clock.monotonic()
        version = (await _get(client, path))["version"]
        operation = await _post(client, f"{path}/{step}", None, version=version)
        while operation["status"] not in ("succeeded", "failed", "cancelled"):
            await asyncio.sleep(_LOOKS_EVERY_SECONDS)
            operation = await _get(client, f"/v1/operations/{operation['id']}")
        seconds[step] = clock.monotonic() - began
    created = (await _get(client, path))["counts"]["created"]
    if created != len(rows):
        raise RuntimeError(f"{created} of {len(rows)} rows were created")
    return Took(len(rows), seconds)


async def _get(client: httpx.AsyncClient, path: str) -> Any:
    return _checked(await client.get(path))


async def _post(client: httpx.AsyncClient, path: str, body: Any, *, version: int | None = None) -> Any:
    headers = {"idempotency-key": uuid.uuid4().hex}
    headers |= {"if-match": f'"{version}"'} if version is not None else {}
    return _checked(await client.post(path, json=body, headers=headers))


def _checked(answer: httpx.Response) -> Any:
    if answer.is_error:
        raise RuntimeError(f"{answer.status_code}: {answer.text[:300]}")
    return answer.json()


def _page(measured: Mapping[str, Sequence[Took]], *, rows: int, load: tuple[float, float]) -> list[str]:
    lines = [
        "# Imports",
        "",
        f"Written by `make bench-imports`: {rows:,} rows as JSON, over HTTP into one process, each validated (what would become of it is"
        " asked of the database) and then made as `POST` would make it, with audit records, events and search words."
        f" Middle of all rounds, with the lowest and the highest. Load average {load[0]:.1f} before, {load[1]:.1f} after.",
        "",
        f"Goal: ≥ {_GOAL:,} rows a second with validation, audit and events.",
        "",
        "| object | rows/s, all steps | | send | validate | run |",
        "|---|---|---|---|---|---|",
    ]
    for name, series in measured.items():
        rates = sorted(each.rate() for each in series)
        middle = median(rates)
        steps = " | ".join(f"{median(each.rate(step) for each in series):,.0f}" for step in _STEPS)
        reached = "reached" if middle >= _GOAL else "**not reached**"
        lines.append(f"| {name} | {middle:,.0f} ({rates[0]:,.0f}–{rates[-1]:,.0f}) | {reached} | {steps} |")
    return lines


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=3)
    run_until_stopped(main(parser.parse_args()))
