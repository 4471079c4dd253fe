"""Paired rounds: every way does the same work in each round, one after the other, in an order that turns around."""

import os
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median

import psutil

from tests.bench.load import Result


@dataclass(slots=True)
class Way:
    """One way to have work done: prepares it for a round, which counts for nothing, and names the processes it is done by."""

    name: str
    prepare: Callable[[], Awaitable[Callable[[], Awaitable[Result]]]]
    processes: Mapping[str, psutil.Process]


@dataclass(slots=True)
class Series:
    """What one way did, round by round."""

    results: list[Result] = field(default_factory=list)
    cpu: dict[str, list[float]] = field(default_factory=dict)
    """Microseconds of processor time a request took in each process."""

    @property
    def rates(self) -> list[float]:
        """Answers a second, by round."""
        return [each.rate for each in self.results]

    def cpu_of(self, *names: str) -> float:
        """Median microseconds of processor time a request in these processes together."""
        chosen = [values for name, values in self.cpu.items() if not names or name in names]
        return sum(median(values) for values in chosen)


@dataclass(frozen=True, slots=True)
class Ratio:
    """A median with its range over the rounds."""

    middle: float
    lowest: float
    highest: float

    def __str__(self) -> str:
        return f"{self.middle:.2f} ({self.lowest:.2f}–{self.highest:.2f})"


def ratio(part: Sequence[float], whole: Sequence[float]) -> Ratio:
    """One series divided by the other, round by round."""
    each = [a / b for a, b in zip(part, whole, strict=True)]
    return Ratio(median(each), min(each), max(each))


class Postgres:
    """The processor time of a database server with all its backends, those that have ended included."""

    def __init__(self, pid: int) -> None:
        self._server = psutil.Process(pid)

    def seconds(self) -> float:
        """Processor seconds so far."""
        own = self._server.cpu_times()
        total = float(own.user + own.system + own.children_user + own.children_system)
        for child in self._server.children():
            try:
                times = child.cpu_times()
            except psutil.NoSuchProcess:
                continue
            total += times.user + times.system
        return total


async def compare(ways: Sequence[Way], *, rounds: int, postgres: Postgres) -> dict[str, Series]:
    """Return what every way did; one unmeasured round comes first."""
    measured = {way.name: Series() for way in ways}
    for number in range(-1, rounds):
        for way in ways if number % 2 == 0 else reversed(ways):
            work = await way.prepare()
            before = _seconds(way, postgres)
            result = await work()
            after = _seconds(way, postgres)
            if number < 0:
                continue
            series = measured[way.name]
            series.results.append(result)
            for name, seconds in after.items():
                series.cpu.setdefault(name, []).append((seconds - before[name]) / result.answered * 1e6)
    return measured


def _seconds(way: Way, postgres: Postgres) -> dict[str, float]:
    seconds = {"postgres": postgres.seconds()}
    for name, process in way.processes.items():
        times = process.cpu_times()
        seconds[name] = times.user + times.system
    return seconds


def others_load() -> float:
    """How many processes want a processor on this machine, on average over the last minute."""
    return os.getloadavg()[0]
