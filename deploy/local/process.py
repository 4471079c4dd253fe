"""Child processes that end with their parent, and can be awaited from any event loop."""

import asyncio
import ctypes
import os
import pwd
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from typing import IO

_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


@dataclass(frozen=True, slots=True)
class Account:
    """An operating system user that a child runs as."""

    name: str
    uid: int
    gid: int

    @classmethod
    def of(cls, entry: pwd.struct_passwd) -> "Account":
        """The account of an entry of the user database."""
        return cls(name=entry.pw_name, uid=entry.pw_uid, gid=entry.pw_gid)


class Child:
    """A running child process in a session of its own, so that Ctrl-C reaches only the parent, who stops it in order."""

    def __init__(
        self,
        command: Sequence[str],
        *,
        env: Mapping[str, str],
        cwd: str = "/",
        account: Account | None = None,
        output: IO[bytes] | None = None,
        when_parent_dies: signal.Signals = signal.SIGTERM,
        pass_fds: Sequence[int] = (),
    ) -> None:
        self._process = subprocess.Popen(
            command,
            env=dict(env),
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT if output is not None else None,
            start_new_session=True,
            pass_fds=pass_fds,
            preexec_fn=_ends_with_parent(when_parent_dies),
            user=account.uid if account else None,
            group=account.gid if account else None,
            extra_groups=[] if account else None,
        )
        self._exit: Future[int] = Future()
        # Marked as running, so that cancelling one waiter cannot cancel the exit itself for the others.
        self._exit.set_running_or_notify_cancel()
        # A thread of our own, because uvloop starts no process under another user and its watcher knows only its own children.
        threading.Thread(target=self._collect, name=f"wait-{self._process.pid}", daemon=True).start()

    def _collect(self) -> None:
        self._exit.set_result(self._process.wait())

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    @property
    def ended(self) -> bool:
        """Whether the process has ended and been collected."""
        return self._exit.done()

    async def wait(self) -> int:
        """Return the exit code once the process has ended; minus the signal number when one killed it."""
        return await asyncio.wrap_future(self._exit)

    async def ends_within(self, seconds: float) -> bool:
        """Whether the process ends within so many seconds."""
        done, _ = await asyncio.wait([asyncio.ensure_future(self.wait())], timeout=seconds)
        return bool(done)

    def send(self, number: signal.Signals) -> None:
        """Send a signal; nothing happens when the process has already been collected."""
        self._process.send_signal(number)

    async def end(self, *steps: tuple[signal.Signals, float]) -> None:
        """Send each signal in turn, waiting so many seconds after it, and kill what is left; returns when it is gone."""
        for number, seconds in steps:
            self.send(number)
            if await self.ends_within(seconds):
                return
        self.send(signal.SIGKILL)
        await self.wait()


def describe_exit(code: int) -> str:
    """How a process ended, in words: `exit code 1` or `signal SIGKILL`."""
    return f"exit code {code}" if code >= 0 else f"signal {signal.Signals(-code).name}"


def run_as(command: Sequence[str], *, account: Account | None, env: Mapping[str, str]) -> tuple[int, str]:
    """Run a short command to its end and return its exit code and everything it printed."""
    result = subprocess.run(
        command,
        env=dict(env),
        cwd="/",
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
        user=account.uid if account else None,
        group=account.gid if account else None,
        extra_groups=[] if account else None,
    )
    return result.returncode, result.stdout.decode(errors="replace")


def bare_environment() -> dict[str, str]:
    """The environment for a database process: no PG* variable steers it and no secret of ours reaches it."""
    kept = {name: value for name in ("PATH", "LD_LIBRARY_PATH") if (value := os.environ.get(name))}
    return kept | {"LC_ALL": "C", "TZ": "UTC"}


def _ends_with_parent(number: signal.Signals) -> Callable[[], None] | None:
    """What a child on Linux runs before its program, so that it is told when a killed parent can no longer tell it."""
    if _libc is None:
        return None
    prctl, value = _libc.prctl, int(number)

    def set_signal() -> None:
        prctl(_PR_SET_PDEATHSIG, value, 0, 0, 0)

    return set_signal
