"""What is right and wrong with a database server, each with what to do about it."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from deploy.local.database import NEWEST, OLDEST
from shared import clock
from shared.db.provision import EXTENSIONS

_SKEW_REMARKED, _SKEW_REFUSED = timedelta(seconds=1), timedelta(seconds=5)

_DURABILITY = {
    "fsync": "a power cut can destroy the database",
    "full_page_writes": "a power cut can destroy the database",
    "synchronous_commit": "a crash can lose the last commits",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: how it is, and what to do when it is not well."""

    grade: Literal["well", "remark", "fault"]
    says: str
    advice: str = ""


async def database_findings(connection: Any) -> AsyncIterator[Finding]:
    """Everything worth knowing of the server behind an administrator's connection, which is only read from."""
    yield _version(connection)
    yield await _encoding(connection)
    yield await _rights(connection)
    yield await _extensions(connection)
    for finding in await _durability(connection):
        yield finding
    yield skew(before=clock.now(), theirs=await connection.fetchval("SELECT clock_timestamp()"), after=clock.now())
    yield await _connections(connection)
    yield await _backup(connection)


def _version(connection: Any) -> Finding:
    version = connection.get_server_version()
    if not OLDEST <= version.major <= NEWEST:
        return Finding("fault", f"PostgreSQL {version.major}", f"PRM runs on PostgreSQL {OLDEST} to {NEWEST}.")
    return Finding("well", f"PostgreSQL {version.major}.{version.micro or version.minor}")


async def _encoding(connection: Any) -> Finding:
    encoding = await connection.fetchval("SHOW server_encoding")
    if encoding != "UTF8":
        advice = "Create the database with ENCODING 'UTF8' TEMPLATE template0."
        return Finding("fault", f"the database stores text as {encoding}", advice)
    return Finding("well", "text is stored as UTF8")


async def _rights(connection: Any) -> Finding:
    role, superuser, makes_roles, creates = await connection.fetchrow(
        "SELECT rolname, rolsuper, rolcreaterole, has_database_privilege(current_database(), 'CREATE')"
        " FROM pg_roles WHERE rolname = current_user"
    )
    if superuser or (makes_roles and creates):
        return Finding("well", f"{role} may make roles and schemas")
    advice = f'ALTER ROLE "{role}" CREATEROLE; GRANT CREATE ON DATABASE … TO "{role}";'
    return Finding("fault", f"{role} may not make the roles and schemas that migrations need", advice)


async def _extensions(connection: Any) -> Finding:
    available = {row[0] for row in await connection.fetch("SELECT name FROM pg_available_extensions")}
    missing = [name for name in EXTENSIONS if name not in available]
    if missing:
        advice = "Install PostgreSQL's contrib package on the server."
        return Finding("fault", f"extensions are not available: {', '.join(missing)}", advice)
    return Finding("well", f"extensions available: {', '.join(EXTENSIONS)}")


async def _durability(connection: Any) -> list[Finding]:
    found = [(name, await connection.fetchval(f"SHOW {name}")) for name in _DURABILITY]
    off = [
        Finding(
            "fault", f"{name} is off: {_DURABILITY[name]}", f"ALTER SYSTEM SET {name} = on; SELECT pg_reload_conf();"
        )
        for name, value in found
        if value == "off"
    ]
    return off or [Finding("well", "committed data survives a crash: " + ", ".join(f"{n}={v}" for n, v in found))]


def skew(*, before: datetime, theirs: datetime, after: datetime) -> Finding:
    """How far the server's clock, read between two readings of ours, is from the middle of them."""
    apart = abs(theirs - (before + (after - before) / 2))
    seconds = f"{apart.total_seconds():.1f} s"
    advice = "Run a time service (chrony, systemd-timesyncd) on both machines."
    if apart > _SKEW_REFUSED:
        return Finding("fault", f"the database's clock is {seconds} off this machine's", advice)
    if apart > _SKEW_REMARKED:
        return Finding("remark", f"the database's clock is {seconds} off this machine's", advice)
    return Finding("well", "the database's clock agrees with this machine's")


async def _connections(connection: Any) -> Finding:
    limit = int(await connection.fetchval("SHOW max_connections"))
    if limit < 80:
        advice = "ALTER SYSTEM SET max_connections = 200; and restart the server."
        return Finding("remark", f"the server allows only {limit} connections", advice)
    return Finding("well", f"the server allows {limit} connections")


async def _backup(connection: Any) -> Finding:
    role, able = await connection.fetchrow(
        "SELECT rolname, rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user"
    )
    if able:
        return Finding("well", f"{role} can back up: row-level security does not hide rows from it")
    advice = f'Back up as a superuser, or: ALTER ROLE "{role}" BYPASSRLS; pg_dump refuses otherwise.'
    return Finding("remark", f"{role} cannot back up: row-level security hides rows from it", advice)
