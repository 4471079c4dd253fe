"""Why a start was refused, in one line for a person."""

import errno
import os
from pathlib import Path


class StartError(Exception):
    """PRM cannot start; the message is one line that says what to do about it."""


class DiskFull(StartError):
    """There is no room left where the data lives."""


class AlreadyRunning(StartError):
    """Another PRM holds the data directory; `url` is the address of its database, for tools that only want to look in."""

    def __init__(self, folder: Path, *, process: str, url: str | None) -> None:
        self.url = url
        super().__init__(
            f"Another PRM (process {process}) already runs on {folder}. Stop it, or choose another place with --data-dir."
        )


def of_os_error(problem: OSError, *, path: Path, doing: str) -> StartError:
    """The one line for an operating system error met while `doing` something with `path`."""
    if problem.errno in (errno.ENOSPC, errno.EDQUOT):
        return disk_full(path)
    if problem.errno == errno.EROFS:
        return StartError(f"Cannot {doing} {path}: the file system is read-only. Choose another place with --data-dir.")
    if isinstance(problem, PermissionError):
        return StartError(
            f"Cannot {doing} {path}: no rights (running as uid {os.getuid()}). "
            "Run as its owner, or choose another place with --data-dir."
        )
    return StartError(f"Cannot {doing} {path}: {problem.strerror or problem}.")


def disk_full(path: Path) -> DiskFull:
    """The one line for a full disk under `path`."""
    return DiskFull(f"The disk is full where the data lives ({path}). Free some space and start again.")


def of_postgres_output(output: str, *, data: Path, log: Path | None = None) -> StartError:
    """The one line for what initdb or the server printed before it gave up."""
    lowered = output.lower()
    if "no space left on device" in lowered or "disk quota exceeded" in lowered:
        return disk_full(data)
    if "pre-existing shared memory block" in lowered:
        return StartError(f"Processes of an earlier PostgreSQL still use {data}. End them and start again.")
    if "could not look up effective user id" in lowered:
        return StartError(
            f"User id {os.getuid()} has no entry in the user database, which PostgreSQL needs. "
            "Add one, or set PRM_DATABASE_URL to a server of your own."
        )
    if "permission denied" in lowered:
        return StartError(f"PostgreSQL has no rights in {data}: {_telling_line(output)}")
    where = f" (all of it: {log})" if log else ""
    return StartError(f"PostgreSQL did not start: {_telling_line(output)}{where}")


def _telling_line(output: str) -> str:
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    for mark in ("PANIC:", "FATAL:", "error:", "ERROR:"):
        for line in lines:
            if mark in line:
                return line[line.index(mark) + len(mark) :].strip()
    return lines[-1] if lines else "it ended without a word"
