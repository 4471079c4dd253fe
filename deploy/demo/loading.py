"""Whether the demo is there, and making it when it is not.

`demo.json` is written when the story has been told to its end, and is the mark of that. A load that was interrupted leaves a
tenant without the mark; the next one begins anew in a tenant with another slug and takes nothing over.
"""

import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

import asyncpg

from deploy.demo.extent import FULL, Extent
from deploy.local.errors import StartError
from shared.db.walls import roles_of
from shared.settings import Settings

_KNOWN: Final = "SELECT EXISTS (SELECT FROM gateway.tenants WHERE id = $1)"
_TAKEN: Final = "SELECT slug FROM gateway.tenants WHERE slug = $1 OR slug LIKE $1 || '-%'"
_RUNNING: Final = r"""
SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND usename ~ '^prm_[a-z]+_app$')
"""
# A commit that waits for the disk waits for all that was committed before it.
_KEEP: Final = "SELECT pg_logical_emit_message(true, 'prm', 'the demo is told')"


async def load(settings: Settings, *, extent: Extent = FULL, progress: Callable[[float], None] | None = None) -> None:
    """Make the demo tenant unless it exists, and write `demo.json` (0600) with the address of this start.

    `progress` gets the part of the story that has been told, 0 to 1. Raises StartError while PRM runs on the database, whose
    clock is not the story's, and StoryBroken when the system answers otherwise than the story needs.
    """
    file = settings.data_dir / "demo.json"
    demo = _read(file)
    owner = settings.database_url_of("gateway", role=roles_of("gateway")["owner"])
    connection = await asyncpg.connect(owner)
    try:
        runs = await connection.fetchval(_RUNNING)
        if demo is not None and await connection.fetchval(_KNOWN, demo["tenant"]["id"]):
            # Beside a PRM that runs, the address is that one's, not ours.
            if not runs:
                _keep_current(file, demo, settings=settings)
            return
        if runs:
            raise StartError("PRM runs on this database: stop it, and make the demo with `prm up --demo`.")
        taken = {row["slug"] for row in await connection.fetch(_TAKEN, "aurelia")}
        # Loading every service takes a second, which a start that finds the demo present does not pay.
        from deploy.demo.making import make

        made = await make(settings, slugs_taken=taken, mail_url=owner, extent=extent, progress=progress or _silent)
        await connection.execute(_KEEP)
    finally:
        await connection.close()
    _write(file, made)


def _silent(_: float) -> None:
    """Nobody watches."""


def _read(file: Path) -> dict[str, Any] | None:
    try:
        demo: dict[str, Any] = json.loads(file.read_text())
    except (FileNotFoundError, ValueError):
        return None
    return demo if isinstance(demo, dict) and "tenant" in demo else None


def _keep_current(file: Path, demo: Mapping[str, Any], *, settings: Settings) -> None:
    """Rewrite what follows the start: the port, and the place of the embedded database's socket."""
    current = {**demo, "base_url": settings.base_url, "database_url": settings.admin_url()}
    if current != demo:
        _write(file, current)


def _write(file: Path, demo: Mapping[str, Any]) -> None:
    """Replace the file in one step; nobody else can read it at any moment."""
    beside = file.with_name(f"{file.name}.new")
    beside.unlink(missing_ok=True)
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as lines:
        lines.write(json.dumps(demo, indent=2, ensure_ascii=False) + "\n")
    beside.replace(file)
