"""Runs one command for each of many rows, in step, so that what they ask of the database goes there together.

The commands are those of single requests, unchanged: each gets a transaction of its own making (`RowTx`) whose statements
wait until all rows have come to one; then equal questions are asked once, different ones in one statement, and new rows
are stored in one. Where rows are in each other's way the slower way is taken, one row after the other, each behind a
savepoint, so that a row fails alone.
"""

import asyncio
import copy
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

import asyncpg
from sqlalchemy import Table

from shared.db.pool import CONTENTION, is_outage
from shared.db.tx import Tx
from shared.errors import Conflict, Problem, Unavailable
from shared.imports.rounds import Ask, answer_round
from shared.imports.row_tx import RowTx, Written
from shared.web.failures import problem_of
from shared.web.peer import Answer, Peer

Command = Callable[[Tx], Awaitable[Any]]


class NotStored(Conflict):
    """The database does not take this row as it is."""

    code, title = "not_stored", "Not stored"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a row: what its command returned and wrote, or the problem it raised."""

    value: Any = None
    written: tuple[Written, ...] = ()
    keys: frozenset[str] = frozenset()
    problem: Problem | None = None


class _InTheWay(Exception):
    """Rows of the batch are in each other's way, or the database refused one of them."""


async def together(tx: Tx, commands: Sequence[Command]) -> list[Outcome]:
    """Run the commands in the transaction, all of them together, and return the outcome of each; a problem undoes its own row.

    Raises what is nobody's problem: an outage, two transactions in each other's way. A fault of ours is told in the log and
    is the problem of its row.
    """
    try:
        async with tx.savepoint():
            return await Lockstep(tx).run(commands)
    except _InTheWay:
        return [await _alone(tx, command) for command in commands]


async def rehearsed(tx: Tx, commands: Sequence[Command]) -> list[Outcome]:
    """Return what would become of each command if it ran alone now: it reads what is there, and writes nothing."""
    try:
        async with tx.savepoint():
            return await Lockstep(tx, imagined=True).run(commands)
    except _InTheWay:
        return [await _alone(tx, command, imagined=True) for command in commands]


async def _alone(tx: Tx, command: Command, *, imagined: bool = False) -> Outcome:
    try:
        async with tx.savepoint():
            outcome = (await Lockstep(tx, imagined=imagined, alone=True).run([command]))[0]
            if outcome.problem is not None:
                raise outcome.problem
            return outcome
    except Unavailable:
        raise
    except Problem as problem:
        return Outcome(problem=problem)
    except (asyncpg.DataError, asyncpg.IntegrityConstraintViolationError):
        return Outcome(problem=NotStored())
    except Exception as error:
        told = problem_of(error, service=tx.database.service, request_id=tx.request_id or tx.action)
        if isinstance(told, Unavailable):
            raise
        return Outcome(problem=told)


class Lockstep:
    """Commands that run side by side in one transaction."""

    def __init__(self, tx: Tx, *, imagined: bool = False, alone: bool = False) -> None:
        self.tx, self.imagined, self.alone = tx, imagined, alone
        self.database = copy.copy(tx.database)
        self.database.peers = {name: _Told(peer) for name, peer in tx.database.peers.items()}
        self.added: dict[tuple[Table, tuple[Any, ...]], RowTx] = {}
        """The keys that the rows of this batch have taken, each with the row that came first."""
        self._waiting: list[Ask] = []
        self._running = 0
        self._moved = asyncio.Event()

    def ask(self, ask: Ask) -> "asyncio.Future[Any]":
        """Let a row wait for the round in which its question is answered."""
        ask.answer = asyncio.get_running_loop().create_future()
        self._waiting.append(ask)
        self._settle()
        return ask.answer

    async def run(self, commands: Sequence[Command]) -> list[Outcome]:
        """Run them all and return their outcomes; those of the rows that succeeded are pending in the transaction."""
        rows = [RowTx.of(self, place) for place in range(len(commands))]
        outcomes: list[Outcome | None] = [None] * len(rows)
        tasks = []
        self._running = len(rows)
        for row, command in zip(rows, commands, strict=True):
            tasks.append(asyncio.create_task(self._one(row, command, outcomes)))
        try:
            while self._running:
                await self._moved.wait()
                self._moved.clear()
                if self._waiting and len(self._waiting) == self._running:
                    asks, self._waiting = sorted(self._waiting, key=lambda each: each.row.place), []
                    await answer_round(self, asks)
            for task in tasks:
                task.result()
        except asyncpg.PostgresError as error:
            if self.alone or isinstance(error, CONTENTION) or is_outage(error):
                raise
            raise _InTheWay from error
        finally:
            await _ended(tasks)
        for row in rows:
            row.hand_over(self.tx)
        return [outcome for outcome in outcomes if outcome is not None]

    async def _one(self, row: RowTx, command: Command, outcomes: list[Outcome | None]) -> None:
        try:
            value = await command(row)
            outcomes[row.place] = Outcome(value, tuple(row.written), frozenset(row.keys))
        except Unavailable:
            # A sister service is down: that passes, and the rows are asked for again.
            raise
        except Problem as problem:
            if row.has_stored and not self.alone:
                raise _InTheWay from problem
            row.drop()
            outcomes[row.place] = Outcome(keys=frozenset(row.keys), problem=problem)
        except Exception as error:
            if self.alone or is_outage(error):
                raise
            # Alone it is that row's and no other's.
            raise _InTheWay from error
        finally:
            self._running -= 1
            self._settle()

    def give_way(self) -> Exception:
        """Return what ends the batch because its rows are in each other's way."""
        return _InTheWay()

    def _settle(self) -> None:
        if len(self._waiting) == self._running:
            self._moved.set()


class _Told(Peer):
    """A sister service that is asked the same question once in a batch."""

    def __init__(self, peer: Peer) -> None:
        self._peer = peer
        self._answers: dict[tuple[str, str], asyncio.Task[Answer]] = {}

    async def get(self, path: str, *, query: str = "") -> Answer:
        """Ask, or return what was answered before in this batch."""
        key = (path, query)
        if key not in self._answers:
            self._answers[key] = asyncio.ensure_future(self._peer.get(path, query=query))
        return await self._answers[key]


async def _ended(tasks: Sequence["asyncio.Task[None]"]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
