"""Records sent through the API, so that running the same file again creates nothing twice.

A row with an external id is looked up first: it is created, changed where it differs, or left alone. A row without one
carries an idempotency key made of its content.
"""

import asyncio
import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

import httpx

from deploy.importing.columns import Noun
from deploy.importing.existing import Existing, differences, nested
from deploy.importing.partners import PartnerNames
from deploy.importing.rows import Fault, Record

Action = Literal["create", "update", "unchanged", "refused"]
ACTIONS: Final[tuple[Action, ...]] = ("create", "update", "unchanged", "refused")
_AT_ONCE: Final = 8


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became, or with a dry run would become, of a row."""

    row: int
    action: Action
    id: str | None = None
    column: str | None = None
    reason: str = ""


class Refused(Exception):
    """The API, or the row itself, says no."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(str(fault))
        self.fault = fault


class Importer:
    """Sends records of one noun with a client that knows the address and carries the key."""

    def __init__(self, client: httpx.AsyncClient, *, noun: Noun, system: str, dry_run: bool) -> None:
        self._client, self._noun, self._dry_run = client, noun, dry_run
        self._existing = Existing(client, noun=noun, system=system)
        self._partners = PartnerNames(client, system=system)

    async def run(self, records: Sequence[Record], *, on_done: Callable[[Outcome], None]) -> list[Outcome]:
        """Send all records, several at a time, and return an outcome for each in the order of rows."""
        turn = asyncio.Semaphore(_AT_ONCE)

        await self._existing.look_up([each.external_id for each in records if each.external_id and not each.faults])

        async def one(record: Record) -> Outcome:
            async with turn:
                outcome = await self._outcome(record)
            on_done(outcome)
            return outcome

        return list(await asyncio.gather(*(one(record) for record in records)))

    async def _outcome(self, record: Record) -> Outcome:
        if record.faults:
            first = record.faults[0]
            return Outcome(record.number, "refused", None, first.column, "; ".join(_texts(record.faults)))
        try:
            return await self._send(record, await self._body(record))
        except Refused as refused:
            return Outcome(record.number, "refused", None, refused.fault.column, refused.fault.reason)
        except httpx.HTTPError as problem:
            return Outcome(record.number, "refused", None, None, f"no answer: {type(problem).__name__}")

    async def _body(self, record: Record) -> dict[str, Any]:
        body = dict(record.body)
        if record.partner is not None:
            found = await self._partners.find(record.partner)
            if isinstance(found, str):
                body["partner_id"] = found
            else:
                raise Refused(Fault(record.columns.get("partner_id", "partner"), found.reason))
        return body

    async def _send(self, record: Record, body: dict[str, Any]) -> Outcome:
        if record.external_id is None:
            return await self._create(record, body)
        seen = self._existing.find(record.external_id)
        if seen is None:
            return await self._create(record, self._existing.named(body, record.external_id))
        return await self._change(record, body, seen)

    async def _create(self, record: Record, body: dict[str, Any]) -> Outcome:
        if self._dry_run:
            return Outcome(record.number, "create")
        content = json.dumps(body, sort_keys=True, ensure_ascii=False)
        digest = hashlib.sha256(f"{self._noun}\n{content}".encode()).hexdigest()
        headers = {"Idempotency-Key": f"import-{digest[:40]}", "Content-Type": "application/json"}
        response = await self._client.post(f"/v1/{self._noun}", content=content.encode(), headers=headers)
        created = _answer(response, record.columns)
        replayed = response.headers.get("idempotent-replayed") == "true"
        return Outcome(record.number, "unchanged" if replayed else "create", created["id"])

    async def _change(self, record: Record, body: dict[str, Any], seen: Mapping[str, Any]) -> Outcome:
        changed = differences(body, seen)
        if not changed:
            return Outcome(record.number, "unchanged", seen["id"])
        locked = [name for name in changed if name not in seen["editable_fields"]]
        if locked:
            column = _column_of(record.columns, locked[0])
            reason = f"differs, and cannot be changed while the {seen['object']} is {seen['status']}"
            return Outcome(record.number, "refused", seen["id"], column, reason)
        if self._dry_run:
            return Outcome(record.number, "update", seen["id"], reason=_named(record.columns, changed))
        response = await self._client.patch(
            f"/v1/{self._noun}/{seen['id']}",
            json={name: nested(body[name], seen[name]) for name in changed},
            headers={"If-Match": f'"{seen["version"]}"'},
        )
        answer = _answer(response, record.columns)
        # What is stored may be a tidied form of what was sent; then nothing has changed.
        action: Action = "update" if differences(answer, seen, only=changed) else "unchanged"
        return Outcome(
            record.number, action, seen["id"], reason=_named(record.columns, changed) if action == "update" else ""
        )


def _answer(response: httpx.Response, columns: Mapping[str, str]) -> dict[str, Any]:
    """The object in a good answer; raises Refused with the problem's first fault otherwise."""
    try:
        document: dict[str, Any] = response.json()
    except ValueError:
        raise Refused(Fault(None, f"status {response.status_code}")) from None
    if response.is_success:
        return document
    faults = document.get("errors") or []
    if not faults:
        raise Refused(Fault(None, f"{document.get('code')}: {document.get('detail')}"))
    first = faults[0]
    path = str(first["pointer"]).strip("/").replace("/", ".")
    raise Refused(Fault(_column_of(columns, path), str(first["detail"])))


def _column_of(columns: Mapping[str, str], path: str) -> str:
    """The header of the column a path of the body came from, or the path itself."""
    inner = [header for name, header in columns.items() if name == path or name.startswith(f"{path}.")]
    outer = [header for name, header in columns.items() if path.startswith(f"{name}.")]
    return next(iter([*inner, *outer]), path)


def _named(columns: Mapping[str, str], changed: Sequence[str]) -> str:
    return ", ".join(dict.fromkeys(_column_of(columns, name) for name in changed))


def _texts(faults: Sequence[Fault]) -> list[str]:
    """The reasons; those after the first name their column, which the first has beside it."""
    return [faults[0].reason, *(str(fault) for fault in faults[1:])]
