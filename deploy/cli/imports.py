"""`prm import`: rows of a CSV file created through the API, as any integrator would.

A column is named by the path of its field, `customer.name` or `amount.currency`; an empty cell leaves the field out.
Each row carries an idempotency key made of its content, so running the same file again creates nothing twice.
"""

import asyncio
import csv
import hashlib
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Literal

import httpx
import typer

from deploy.cli import console
from deploy.cli.options import DataDir
from deploy.cli.specification import RowShape, shape_of
from deploy.local.errors import StartError
from deploy.local.running import run_until_stopped
from shared.settings import Settings, load_settings

Noun = Literal["partners", "deals", "leads"]

_AT_ONCE = 8


def import_rows(
    noun: Annotated[Noun, typer.Argument(help="What the rows are.")],
    file: Annotated[Path, typer.Argument(help="A CSV file in UTF-8 with a header line.")],
    url: Annotated[str | None, typer.Option(help="Where PRM answers. [PRM_PUBLIC_URL, this machine]")] = None,
    api_key: Annotated[str | None, typer.Option(help="The key to use. [PRM_API_KEY, the demo's]")] = None,
    data_dir: DataDir = None,
) -> None:
    """Create a partner, deal or lead for each row; refused rows are written beside the file with the reason."""
    settings = load_settings(data_dir=data_dir)
    base, key = _whom_to_call(settings, url=url, api_key=api_key)
    rows = list(_read(file))
    run_until_stopped(_import(rows, noun=noun, file=file, base_url=base, key=key))


def _whom_to_call(settings: Settings, *, url: str | None, api_key: str | None) -> tuple[str, str]:
    demo_file = settings.data_dir / "demo.json"
    demo = json.loads(demo_file.read_text()) if demo_file.exists() else {}
    key = api_key or os.environ.get("PRM_API_KEY") or demo.get("api_key")
    if not key:
        raise StartError("An API key is needed: set PRM_API_KEY or give --api-key.")
    return url or settings.public_url or demo.get("base_url") or settings.base_url, key


def _read(file: Path) -> Iterator[dict[str, str]]:
    try:
        with file.open(newline="", encoding="utf-8-sig") as lines:
            reader = csv.DictReader(lines, strict=True)
            for row in reader:
                if None in row or None in row.values():
                    raise StartError(f"{file}, line {reader.line_num}: the row has not as many cells as the header.")
                yield row
    except UnicodeDecodeError:
        raise StartError(f"{file} is not in UTF-8.") from None
    except csv.Error as problem:
        raise StartError(f"{file} is not proper CSV: {problem}.") from None
    except OSError as problem:
        raise StartError(f"Cannot read {file}: {problem.strerror}.") from None


async def _import(rows: list[dict[str, str]], *, noun: str, file: Path, base_url: str, key: str) -> None:
    headers = {"Authorization": f"Bearer {key}"}
    async with httpx.AsyncClient(base_url=base_url, headers=headers, timeout=60) as client:
        shape = await shape_of(client, noun=noun)
        turn = asyncio.Semaphore(_AT_ONCE)

        async def one(row: dict[str, str]) -> str | None:
            async with turn:
                return await _create(client, noun=noun, row=row, shape=shape)

        with console.step(f"Importing {len(rows)} {noun}", done=f"{len(rows)} rows sent"):
            refusals = await asyncio.gather(*(one(row) for row in rows))
    refused = [(row, reason) for row, reason in zip(rows, refusals, strict=True) if reason]
    console.say(f"{len(rows) - len(refused)} created or present already, {len(refused)} refused.")
    if refused:
        console.say(f"Refused rows and reasons: {_write_refused(refused, file=file)}")
        raise typer.Exit(1)


async def _create(client: httpx.AsyncClient, *, noun: str, row: dict[str, str], shape: RowShape) -> str | None:
    """Create one object; returns why it was refused, or None."""
    try:
        body = shape.body(row)
    except ValueError as problem:
        return str(problem)
    content = json.dumps(body, sort_keys=True)
    digest = hashlib.sha256(f"{noun}\n{content}".encode()).hexdigest()
    headers = {"Idempotency-Key": f"import-{digest[:40]}", "Content-Type": "application/json"}
    try:
        response = await client.post(f"/v1/{noun}", content=content, headers=headers)
    except httpx.HTTPError as problem:
        return f"no answer: {problem}"
    return None if response.is_success else _reason(response)


def _reason(response: httpx.Response) -> str:
    try:
        problem: dict[str, Any] = response.json()
    except ValueError:
        return f"status {response.status_code}"
    faults = "; ".join(f"{each['pointer']} {each['detail']}" for each in problem.get("errors", []))
    return f"{problem.get('code')}: {faults or problem.get('detail')}"


def _write_refused(refused: list[tuple[dict[str, str], str]], *, file: Path) -> Path:
    path = file.with_name(f"{file.stem}.refused.csv")
    with path.open("w", newline="", encoding="utf-8") as lines:
        writer = csv.DictWriter(lines, [*refused[0][0], "refused_because"])
        writer.writeheader()
        writer.writerows({**row, "refused_because": reason} for row, reason in refused)
    return path
