"""`prm import`: rows of a spreadsheet sent through the API, as any integrator would.

The file may come from any spreadsheet program: delimiter, encoding and the names of the columns are found out, and can be told.
A row with an external id is created once and changed afterwards; a refused row names its column and does not stop the others.
"""

import csv
import json
import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import httpx
import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from deploy.cli import console
from deploy.cli.options import DataDir
from deploy.importing.columns import Matching, Noun, match_columns, read_map
from deploy.importing.encoding import Unreadable
from deploy.importing.rows import Reading, Record, read_rows
from deploy.importing.sending import ACTIONS, Importer, Outcome
from deploy.importing.sheet import Sheet, read_sheet
from deploy.importing.values import currency_code, is_date_form
from deploy.local.errors import StartError
from deploy.local.running import run_until_stopped
from shared.settings import Settings, load_settings

_DELIMITERS = {"comma": ",", "semicolon": ";", "tab": "\t", "pipe": "|"}
_STYLES = {"create": "green", "update": "cyan", "unchanged": "dim", "refused": "red"}
_ROWS_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Rows:
    """The records of a file, with how it was read."""

    records: list[Record]
    sheet: Sheet
    matching: Matching


def import_rows(
    noun: Annotated[Noun, typer.Argument(help="What the rows are.")],
    file: Annotated[Path, typer.Argument(help="A CSV file with a header line, as spreadsheet programs write it.")],
    map: Annotated[str | None, typer.Option(help='Columns by field: "Firma=name,Land=country,Notiz=-".')] = None,
    date_format: Annotated[str | None, typer.Option(help="How dates are written, such as MM/DD/YYYY.")] = None,
    decimal: Annotated[
        str | None, typer.Option(help="The decimal mark, . or , where amounts alone do not tell.")
    ] = None,
    currency: Annotated[str | None, typer.Option(help="The currency of amounts that name none.")] = None,
    encoding: Annotated[str | None, typer.Option(help="The encoding, where it is not found out.")] = None,
    delimiter: Annotated[str | None, typer.Option(help="comma, semicolon, tab or pipe.")] = None,
    system: Annotated[str, typer.Option(help="The system whose ids the rows carry.")] = "import",
    dry_run: Annotated[bool, typer.Option(help="Say what would happen, and change nothing.")] = False,
    report: Annotated[Path | None, typer.Option(help="Write the outcome of every row to this CSV file.")] = None,
    url: Annotated[str | None, typer.Option(help="Where PRM answers. [PRM_PUBLIC_URL, this machine]")] = None,
    api_key: Annotated[str | None, typer.Option(help="The key to use. [PRM_API_KEY, the demo's]")] = None,
    data_dir: DataDir = None,
) -> None:
    """Create or change a partner, deal or lead for each row; exit code 1 when rows were refused."""
    base, key = _whom_to_call(load_settings(data_dir=data_dir), url=url, api_key=api_key)
    reading = _reading(date_format=date_format, decimal=decimal, currency=currency)
    if delimiter is not None and delimiter not in _DELIMITERS:
        raise StartError(f"--delimiter is one of {', '.join(_DELIMITERS)}.")
    mark = _DELIMITERS[delimiter] if delimiter else None
    try:
        rows = read_file(file, noun=noun, told=read_map(map or ""), reading=reading, encoding=encoding, delimiter=mark)
    except Unreadable as problem:
        raise StartError(f"{file}: {problem}") from None
    _describe(rows)
    outcomes: list[Outcome] = []

    async def work() -> None:
        headers = {"Authorization": f"Bearer {key}"}
        async with httpx.AsyncClient(base_url=base, headers=headers, timeout=60) as client:
            await _require_answer(client)
            outcomes.extend(await send(rows.records, client=client, noun=noun, system=system, dry_run=dry_run))

    run_until_stopped(work())
    _show(outcomes, dry_run=dry_run)
    if report is not None:
        write_report(outcomes, path=report)
        console.say(f"The outcome of every row: {report}")
    if any(outcome.action == "refused" for outcome in outcomes):
        raise typer.Exit(1)


def read_file(
    file: Path, *, noun: Noun, told: dict[str, str], reading: Reading, encoding: str | None, delimiter: str | None
) -> Rows:
    """Return the records of a file; raises Unreadable, or StartError where the file cannot be opened."""
    try:
        content = file.read_bytes()
    except OSError as problem:
        raise StartError(f"Cannot read {file}: {problem.strerror}.") from None
    sheet = read_sheet(content, encoding=encoding, delimiter=delimiter)
    matching = match_columns(sheet.header, noun=noun, told=told)
    return Rows(read_rows(sheet, matching, noun=noun, reading=reading), sheet, matching)


async def send(
    records: Sequence[Record], *, client: httpx.AsyncClient, noun: Noun, system: str, dry_run: bool
) -> list[Outcome]:
    """Send the records under a progress bar; raises StartError when the key may not do this."""
    bar = Progress(
        TextColumn("  {task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=console.out,
    )
    with bar:
        task = bar.add_task(f"{'Checking' if dry_run else 'Importing'} {noun}", total=len(records))
        importer = Importer(client, noun=noun, system=system, dry_run=dry_run)
        try:
            return await importer.run(records, on_done=lambda _: bar.advance(task))
        except Unreadable as problem:
            raise StartError(str(problem)) from None


def write_report(outcomes: Sequence[Outcome], *, path: Path) -> None:
    """Write row, action, id, column and reason of every row as CSV in UTF-8 that spreadsheet programs recognise."""
    with path.open("w", newline="", encoding="utf-8-sig") as lines:
        writer = csv.writer(lines)
        writer.writerow(["row", "action", "id", "column", "reason"])
        for each in outcomes:
            writer.writerow([each.row, each.action, each.id or "", each.column or "", each.reason])


def _whom_to_call(settings: Settings, *, url: str | None, api_key: str | None) -> tuple[str, str]:
    demo_file = settings.data_dir / "demo.json"
    demo = json.loads(demo_file.read_text()) if demo_file.exists() else {}
    key = api_key or os.environ.get("PRM_API_KEY") or demo.get("api_key")
    if not key:
        raise StartError("An API key is needed: set PRM_API_KEY or give --api-key.")
    return url or settings.public_url or demo.get("base_url") or settings.base_url, key


def _reading(*, date_format: str | None, decimal: str | None, currency: str | None) -> Reading:
    if date_format is not None and not is_date_form(date_format):
        raise StartError("--date-format names year, month and day, such as MM/DD/YYYY or DD.MM.YY.")
    if decimal not in (None, ".", ","):
        raise StartError("--decimal is . or ,")
    try:
        return Reading(currency=currency_code(currency) if currency else None, decimal=decimal, date_form=date_format)
    except ValueError as problem:
        raise StartError(f"--currency {currency} {problem}.") from None


async def _require_answer(client: httpx.AsyncClient) -> None:
    try:
        await client.get("/livez")
    except httpx.HTTPError as problem:
        raise StartError(f"PRM does not answer at {client.base_url}: {problem}. Start it with `prm up`.") from None


def _describe(rows: Rows) -> None:
    names = {delimiter: name for name, delimiter in _DELIMITERS.items()}
    sheet, matching = rows.sheet, rows.matching
    console.say(
        f"{len(rows.records)} rows in {sheet.encoding}, {names.get(sheet.delimiter, sheet.delimiter)}-separated"
    )
    if sheet.mixed:
        console.remark(f"{sheet.mixed} lines were in another encoding than the rest; check their letters.")
    columns = ", ".join(f"{sheet.header[index]} → {field.name}" for index, field in sorted(matching.fields.items()))
    console.say(f"Columns: {columns}")
    if matching.ignored:
        console.remark(f"Left out: {', '.join(matching.ignored)}")


def _show(outcomes: Sequence[Outcome], *, dry_run: bool) -> None:
    shown = outcomes if dry_run else [each for each in outcomes if each.action == "refused"]
    if shown:
        table = Table("Row", "Action", "Column", "Reason", box=None, padding=(0, 2))
        for each in shown[:_ROWS_SHOWN]:
            style = _STYLES[each.action]
            table.add_row(str(each.row), Text(each.action, style=style), Text(each.column or ""), Text(each.reason))
        console.out.print(table)
    if len(shown) > _ROWS_SHOWN:
        console.say(f"… and {len(shown) - _ROWS_SHOWN} more; --report FILE.csv has them all.")
    counted = Counter(outcome.action for outcome in outcomes)
    summary = ", ".join(f"{counted[action]} {action}" for action in ACTIONS if counted[action]) or "no rows"
    console.say(f"Would be: {summary}. Nothing was changed." if dry_run else f"Done: {summary}.")
