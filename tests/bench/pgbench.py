"""pgbench of the embedded PostgreSQL: the same statements without anybody in front of the database."""

import asyncio
import os
import re
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from deploy.local import binaries
from tests.bench.load import Result

_RATE = re.compile(r"^tps = ([\d.]+)", re.M)
_COUNT = re.compile(r"^number of transactions actually processed: (\d+)", re.M)
_FAILED = re.compile(r"^number of failed transactions: (\d+)", re.M)


@dataclass(frozen=True, slots=True)
class Script:
    """A transaction for pgbench, and the variables in it that are sent as parameters."""

    text: str
    variables: Mapping[str, str] = field(default_factory=dict)


async def run(script: Script, *, url: str, clients: int, seconds: int) -> Result:
    """Repeat a script for so many seconds, its statements prepared; raises RuntimeError when one fails."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "script.sql"
        file.write_text(script.text)
        process = await asyncio.create_subprocess_exec(
            str(binaries.installed() / "pgbench"),
            *("--no-vacuum", "--protocol=prepared", f"--client={clients}", f"--time={seconds}"),
            f"--file={file}",
            *(f"--define={name}={value}" for name, value in script.variables.items()),
            url,
            env={**os.environ, "PGOPTIONS": "-c search_path=deals,public -c jit=off"},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            cwd=Path(tempfile.gettempdir()),
        )
        output, errors = (each.decode() for each in await process.communicate())
    # Its sessions end a moment later, and only then is their processor time that of the server's children.
    await asyncio.sleep(0.1)
    rate, count, failed = _RATE.search(output), _COUNT.search(output), _FAILED.search(output)
    if process.returncode or rate is None or count is None or (failed is not None and int(failed[1]) > 0):
        raise RuntimeError(f"pgbench: {errors[:1000]} {output[:500]}")
    answered = int(count[1])
    return Result(answered, answered / float(rate[1]), clients / float(rate[1]), 0.0, 0, [])
