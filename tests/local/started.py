"""Programs of ours, started as a person would start them."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import psutil

ROOT = Path(__file__).resolve().parents[2]


def environment(**settings: str) -> dict[str, str]:
    """This process's environment without any setting of PRM but the given ones, which go without their prefix."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PRM_")}
    given = {f"PRM_{name.upper()}": value for name, value in settings.items()}
    return {**kept, "PYTHONPATH": str(ROOT), "COLUMNS": "200", **given}


def prm(*words: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """The outcome of a `prm` command that ends by itself."""
    command = [sys.executable, "-m", "deploy.cli", *words]
    return subprocess.run(
        command, env=environment(**settings), cwd="/", capture_output=True, text=True, timeout=30, check=False
    )


class DatabaseProcess:
    """A database run by a process of its own, and what that process said when it was ready."""

    def __init__(self, data_dir: Path, *, uid: int | None = None) -> None:
        command = [sys.executable, str(Path(__file__).with_name("run_database.py")), str(data_dir)]
        self.process = subprocess.Popen(
            command + ([str(uid)] if uid is not None else []),
            env=environment(),
            cwd="/",
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout is not None
        said: dict[str, Any] = json.loads(self.process.stdout.readline())
        self.url: str = said["url"]
        self.pid: int = said["pid"]

    def __enter__(self) -> "DatabaseProcess":
        return self

    def __exit__(self, *_: object) -> None:
        assert self.process.stdout is not None
        self.process.send_signal(signal.SIGINT)
        self.process.wait(timeout=30)
        self.process.stdout.close()


def is_running(pid: int) -> bool:
    """Whether a process is there and has not ended."""
    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False
