"""Directus over the rows of PRM: a database of its own on the same server, set up through its own API as a user would."""

import asyncio
import os
import secrets
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

import asyncpg
import httpx
from sqlalchemy import BigInteger, Date, DateTime, Integer, Text
from sqlalchemy.dialects.postgresql import JSONB

from services.deals.registrations.tables import deals
from shared.settings import Settings
from tests.bench.peer.installed import Installed, run
from tests.bench.place import Tenant
from tests.bench.servers import Server, free_port, until_ready

NAME: Final = "directus"
_BOOTSTRAP_SECONDS = 180.0
_STOP_SECONDS = 20.0
_TYPES: Final = {
    Text: "string",
    Integer: "integer",
    BigInteger: "bigInteger",
    DateTime: "timestamp",
    Date: "date",
    JSONB: "json",
}
# The columns that PRM keeps to itself, or shows together with others; all others are in its answers as they are.
_UNSEEN: Final = {
    *("external_owner", "decided_by", "facts_digest"),
    *("vendor_custom_fields", "vendor_references", "partner_references"),
}
FIELDS: Final = {column.name: _TYPES[type(column.type)] for column in deals.columns if column.name not in _UNSEEN}
"""The fields of the collection, and the type that Directus calls them by."""
_SPECIAL: Final = {"created_at": ["date-created"], "updated_at": ["date-created", "date-updated"]}
_DEFAULTS: Final[dict[str, Any]] = {"version": 1, "status": "draft", "stage": "prospect"}

SETTINGS: Final = {
    "NODE_ENV": "production",
    "LOG_LEVEL": "error",
    "CACHE_ENABLED": "false",
    "RATE_LIMITER_ENABLED": "false",
    # It would refuse requests as soon as its event loop is busy, which is what a load is for.
    "PRESSURE_LIMITER_ENABLED": "false",
    "TELEMETRY": "false",
    "SERVE_APP": "false",
    "WEBSOCKETS_ENABLED": "false",
}
"""What Directus is told beyond addresses and secrets."""


@dataclass(frozen=True, slots=True)
class Directus:
    """The running peer. `is_walled` says whether its permissions confine the token to the tenant."""

    server: Server
    token: str
    is_walled: bool

    def list_path(self, tenant: Tenant) -> str:
        """The 25 newest deals; the tenant is a filter of the request where permissions cannot hold it."""
        return "/items/deals?limit=25&sort=-created_at,-id" + (
            "" if self.is_walled else f"&filter[tenant_id][_eq]={tenant.id}"
        )


@asynccontextmanager
async def running(installed: Installed, settings: Settings, tenant: Tenant) -> AsyncIterator[Directus]:
    """Directus with a copy of the deals, until the end of the block."""
    admin, password = secrets.token_hex(24), secrets.token_hex(24)
    with tempfile.TemporaryDirectory(prefix="prm-peer-") as name:
        folder, port = Path(name), free_port()
        url = await _database(settings, password)
        given = _environment(installed, url, port=port, password=password, admin=admin, folder=folder)
        command = (str(installed.node), str(installed.directus))
        await run(*command, "bootstrap", folder=folder, seconds=_BOOTSTRAP_SECONDS, environment=given)
        process = await asyncio.create_subprocess_exec(
            *command, "start", cwd=folder, env=given, stdout=asyncio.subprocess.DEVNULL
        )
        try:
            await until_ready(process, port=port, path="/server/ping")
            token, is_walled = await _set_up(port, admin, tenant)
            await _copy(settings, url)
            yield Directus(Server(process, port), token, is_walled)
        finally:
            await _stop(process)


async def _stop(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        process.terminate()
        try:
            async with asyncio.timeout(_STOP_SECONDS):
                await process.wait()
        except TimeoutError:
            process.kill()
    await process.wait()


async def _database(settings: Settings, password: str) -> str:
    """A database whose owner is Directus; return its address."""
    connection = await asyncpg.connect(settings.admin_url())
    await connection.execute(f"CREATE ROLE {NAME} LOGIN PASSWORD '{password}'")
    await connection.execute(f"CREATE DATABASE {NAME} OWNER {NAME}")
    await connection.close()
    asked = urlsplit(settings.admin_url())
    return asked._replace(netloc=f"{NAME}@", path=f"/{NAME}").geturl()


def _environment(
    installed: Installed, url: str, *, port: int, password: str, admin: str, folder: Path
) -> dict[str, str]:
    where = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
    # A licence of one's own is handed on: with one, permissions can hold the tenant.
    kept = {name: os.environ[name] for name in ("HOME", "LANG", "LICENSE_KEY", "LICENSE_TOKEN") if name in os.environ}
    return {
        **kept,
        **SETTINGS,
        "PATH": f"{installed.node.parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
        "HOST": "127.0.0.1",
        "PORT": str(port),
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
        "SECRET": secrets.token_hex(32),
        "ADMIN_EMAIL": "root@peer.example.com",
        "ADMIN_PASSWORD": secrets.token_hex(16),
        "ADMIN_TOKEN": admin,
        "DB_CLIENT": "pg",
        "DB_HOST": where["host"],
        "DB_PORT": where["port"],
        "DB_DATABASE": NAME,
        "DB_USER": NAME,
        "DB_PASSWORD": password,
        "STORAGE_LOCAL_ROOT": str(folder / "uploads"),
        "EXTENSIONS_PATH": str(folder / "extensions"),
    }


async def _set_up(port: int, admin: str, tenant: Tenant) -> tuple[str, bool]:
    """Make the collection and a user that may read and create in it; return the user's token, and whether it is confined."""
    token = secrets.token_hex(24)
    headers = {"Authorization": f"Bearer {admin}"}
    # What the studio sends for a new collection: every change leaves an activity and a revision.
    collection = {"collection": "deals", "meta": {"accountability": "all"}, "schema": {}, "fields": _fields()}
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", headers=headers, timeout=60) as client:
        await _post(client, "/collections", collection)
        policy = await _post(client, "/policies", {"name": "Deals", "app_access": False, "admin_access": False})
        confined = {"tenant_id": {"_eq": tenant.id}}
        permission = {"policy": policy["id"], "collection": "deals", "fields": ["*"]}
        asked = permission | {"action": "read", "permissions": confined}
        refused = await client.post("/permissions", json=asked)
        is_walled = refused.is_success
        if not is_walled:
            if refused.json()["errors"][0]["extensions"]["code"] != "RESOURCE_RESTRICTED":
                raise RuntimeError(f"/permissions: {refused.status_code} {refused.text[:500]}")
            await _post(client, "/permissions", permission | {"action": "read"})
        validation = {"validation": confined} if is_walled else {}
        await _post(client, "/permissions", permission | {"action": "create"} | validation)
        role = await _post(client, "/roles", {"name": "Deals", "policies": [{"policy": policy["id"]}]})
        user = {"email": "deals@peer.example.com", "role": role["id"], "status": "active", "token": token}
        await _post(client, "/users", user)
    return token, is_walled


async def _post(client: httpx.AsyncClient, path: str, document: dict[str, Any]) -> dict[str, Any]:
    answer = await client.post(path, json=document)
    if not answer.is_success:
        raise RuntimeError(f"{path}: {answer.status_code} {answer.text[:500]}")
    made: dict[str, Any] = answer.json()["data"]
    return made


def _fields() -> list[dict[str, Any]]:
    made = []
    for name, kind in FIELDS.items():
        special = _SPECIAL.get(name, ["cast-json"] if kind == "json" else None)
        schema = {"is_nullable": name not in ("id", "tenant_id"), "is_primary_key": name == "id"}
        schema |= {"default_value": _DEFAULTS[name]} if name in _DEFAULTS else {}
        made.append({"field": name, "type": kind, "meta": {"special": special}, "schema": schema})
    return made


async def _copy(settings: Settings, url: str) -> None:
    """Copy the rows, and give them the index by which PRM sorts."""
    names = list(FIELDS)
    source, target = await asyncpg.connect(settings.admin_url()), await asyncpg.connect(url)
    with tempfile.TemporaryFile() as file:
        listed = ", ".join(f'"{name}"' for name in names)
        await source.copy_from_query(f"SELECT {listed} FROM deals.deals", output=file, format="csv")
        file.seek(0)
        await target.copy_to_table("deals", source=file, columns=names, format="csv")
    await target.execute("CREATE INDEX deals_newest ON deals (tenant_id, created_at, id)")
    await target.execute("VACUUM ANALYZE")
    await source.close()
    await target.close()
