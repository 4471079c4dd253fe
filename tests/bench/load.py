"""The load: a process of its own that sends prepared requests over kept-alive connections, as fast as they are answered.

One job a line on standard input, one result a line on standard output. It speaks just enough HTTP/1.1 to cost less than
what it measures: answers with a Content-Length, to one of our servers on this machine.
"""

import asyncio
import json
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from itertools import cycle
from typing import Any, Final

import uvloop

_MOST_CONNECTIONS: Final = 64
_GRACE_SECONDS: Final = 30.0


@dataclass(frozen=True, slots=True)
class Job:
    """Requests to send: all of them once, or in turn for so many seconds. `socket` is a path, or None for the port."""

    requests: list[str]
    seconds: float | None
    concurrency: int
    status: int
    port: int = 0
    socket: str | None = None


@dataclass(slots=True)
class Result:
    """What came back: how many, in how long, sorted latencies in seconds at some quantiles, bytes of the last body."""

    answered: int
    seconds: float
    p50: float
    p99: float
    body_bytes: int
    failures: list[str]

    @property
    def rate(self) -> float:
        """Answers a second."""
        return self.answered / self.seconds


class _Connection(asyncio.Protocol):
    """Sends the next request when the last one has been answered."""

    def __init__(self, work: "_Work") -> None:
        self._work, self._buffer, self._began = work, b"", 0.0
        self._transport: Any = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport
        self._next()

    def _next(self) -> None:
        request = self._work.next()
        if request is None:
            self._transport.close()
            self._work.ended()
            return
        self._began = time.perf_counter()
        self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        self._buffer = self._buffer + data if self._buffer else data
        head, separator, body = self._buffer.partition(b"\r\n\r\n")
        if not separator:
            return
        length = _length_of(head)
        if len(body) < length:
            return
        self._work.answered(time.perf_counter() - self._began, status=head[9:12], body=body)
        self._buffer = b""
        self._next()

    def connection_lost(self, problem: Exception | None) -> None:
        if self._began and not self._transport.is_closing():
            self._work.lost(problem)


def _length_of(head: bytes) -> int:
    place = head.lower().find(b"content-length:")
    return 0 if place < 0 else int(head[place + 15 :].split(b"\r\n", 1)[0])


class _Work:
    def __init__(self, job: Job) -> None:
        requests = [each.encode("latin-1") for each in job.requests]
        self._requests: Iterator[bytes] = cycle(requests) if job.seconds is not None else iter(requests)
        self._wanted = str(job.status).encode()
        self._until = float("inf")
        self._open = job.concurrency
        self.latencies: list[float] = []
        self.failures: list[str] = []
        self.body_bytes = 0
        self.done = asyncio.Event()

    def stop_after(self, seconds: float) -> None:
        self._until = time.perf_counter() + seconds

    def next(self) -> bytes | None:
        return None if time.perf_counter() >= self._until or len(self.failures) > 20 else next(self._requests, None)

    def answered(self, seconds: float, *, status: bytes, body: bytes) -> None:
        self.latencies.append(seconds)
        self.body_bytes = len(body)
        if status != self._wanted:
            self.failures.append(f"{status.decode()} {body[:300].decode(errors='replace')}")

    def lost(self, problem: Exception | None) -> None:
        self.failures.append(f"the connection was lost: {problem!r}")
        self.ended()

    def ended(self) -> None:
        self._open -= 1
        if self._open == 0:
            self.done.set()


async def run(job: Job) -> Result:
    """Do a job and return what came of it."""
    loop = asyncio.get_running_loop()
    work = _Work(job)
    if job.seconds is not None:
        work.stop_after(job.seconds)
    began = time.perf_counter()
    for _ in range(job.concurrency):
        if job.socket:
            await loop.create_unix_connection(lambda: _Connection(work), job.socket)
        else:
            await loop.create_connection(lambda: _Connection(work), "127.0.0.1", job.port)
    await asyncio.wait_for(work.done.wait(), (job.seconds or 60) + _GRACE_SECONDS)
    took = time.perf_counter() - began
    ordered = sorted(work.latencies)
    at = [ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else 0.0 for share in (0.5, 0.99)]
    return Result(len(ordered), took, at[0], at[1], work.body_bytes, work.failures[:5])


class LoadClient:
    """The load process, as the bench talks to it."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    @classmethod
    async def start(cls) -> "LoadClient":
        """Start the process."""
        pipe = asyncio.subprocess.PIPE
        command = [sys.executable, "-m", "tests.bench.load"]
        return cls(await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe, limit=1 << 26))

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    async def send(self, job: Job) -> Result:
        """Have a job done; raises RuntimeError when anything was answered with another status than the job's."""
        assert job.concurrency <= _MOST_CONNECTIONS
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write(json.dumps(asdict(job)).encode() + b"\n")
        result = Result(**json.loads(await self._process.stdout.readline()))
        if result.failures:
            raise RuntimeError(f"unexpected answers: {result.failures}")
        return result

    async def stop(self) -> None:
        """End the process."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        await self._process.wait()


def main() -> None:
    """Do the jobs on standard input until it ends."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        for line in sys.stdin:
            result = runner.run(run(Job(**json.loads(line))))
            sys.stdout.write(json.dumps(asdict(result)) + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
