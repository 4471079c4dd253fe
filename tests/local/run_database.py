"""A process that runs a database until it is ended, as `prm up` does: python run_database.py DATA_DIR [USER_ID].

Everything is imported before the process becomes another user, who may not be able to read this Python's files.
"""

import asyncio
import concurrent.futures.thread  # noqa: F401
import encodings.idna  # noqa: F401
import json
import os
import sys
from pathlib import Path

import asyncpg.protocol  # noqa: F401

from deploy.local import binaries
from deploy.local.postgres import EmbeddedPostgres
from deploy.local.process import Account
from deploy.local.running import run_until_stopped


async def main(data_dir: Path) -> None:
    """Run until told to stop; the first line printed is {"url", "pid"}."""
    async with EmbeddedPostgres(data_dir) as server:
        sys.stdout.write(json.dumps({"url": server.url, "pid": server.pid}) + "\n")
        sys.stdout.flush()
        await asyncio.Event().wait()


if len(sys.argv) > 2:
    uid = int(sys.argv[2])
    reachable = binaries.runnable_by(Account(name=str(uid), uid=uid, gid=uid))
    sys.path.insert(0, str(reachable.parents[2]))
    os.setgroups([])
    os.setgid(uid)
    os.setuid(uid)
    os.chdir("/")
run_until_stopped(main(Path(sys.argv[1])))
