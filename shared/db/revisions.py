"""Which migration a service's schema is at, and which one is the newest, without loading Alembic: most starts migrate nothing."""

import re
from pathlib import Path
from typing import Final

import asyncpg

_REVISION: Final = re.compile(r'^(revision|down_revision) = "(\w+)"$', re.MULTILINE)


def folder_of(service: str) -> Path:
    """Return the folder that holds a service's migrations."""
    root = Path(__file__).resolve().parents[2]
    return root / "gateway" / "migrations" if service == "gateway" else root / "services" / service / "migrations"


def newest_of(service: str) -> str:
    """Return the revision that no other stands on."""
    named: dict[str, set[str]] = {"revision": set(), "down_revision": set()}
    for path in (folder_of(service) / "versions").glob("0*.py"):
        for name, revision in _REVISION.findall(path.read_text()):
            named[name].add(revision)
    (newest,) = named["revision"] - named["down_revision"]
    return newest


async def version_of(owner_url: str, *, service: str) -> str | None:
    """Return the revision a service's schema is at, or None before the first."""
    connection = await asyncpg.connect(owner_url)
    try:
        if await connection.fetchval("SELECT to_regclass($1)", f"{service}.alembic_version") is None:
            return None
        revision: str | None = await connection.fetchval(f"SELECT version_num FROM {service}.alembic_version")
        return revision
    finally:
        await connection.close()
