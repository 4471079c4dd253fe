"""Roles, schemas and extensions of an installation, made over the administrator's connection. Safe to repeat.

Four roles a service: `_owner` owns the schema and migrates, `_app` logs in and serves requests, and takes on `_engine`
(sees a whole tenant) or `_worker` (sees the machinery's tables of all tenants) only where the code says so.
"""

import hashlib
import hmac
from typing import Any
from urllib.parse import quote, urlsplit, urlunsplit

import asyncpg

from shared.db.walls import roles_of

EXTENSIONS = ("pg_trgm", "btree_gist", "unaccent", "citext")
SERVICES = ("gateway", "partners", "deals", "leads", "incentives")


def role_password(secret_key: str, role: str) -> str:
    """Return the password of a role, derived from the installation's secret key."""
    return hmac.new(secret_key.encode(), f"database role {role}".encode(), hashlib.sha256).hexdigest()


def url_as(admin_url: str, role: str, *, secret_key: str) -> str:
    """Return the administrator's URL with the role and its password in place of the administrator's."""
    parts = urlsplit(admin_url)
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=f"{role}:{quote(role_password(secret_key, role))}@{host}"))


async def provision(admin_url: str, *, secret_key: str) -> None:
    """Make the extensions, and each service's roles and schema; existing ones are kept and their passwords set."""
    connection = await asyncpg.connect(admin_url)
    try:
        database = await connection.fetchval("SELECT current_database()")
        # Two installations that start at the same moment take turns; the lock ends with the connection.
        await connection.execute("SELECT pg_advisory_lock(hashtextextended('prm provision', 0))")
        for extension in EXTENSIONS:
            await connection.execute(f"CREATE EXTENSION IF NOT EXISTS {extension} WITH SCHEMA public")
        for service in SERVICES:
            await _provision_service(connection, service, database=database, secret_key=secret_key)
        await connection.execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC")
    finally:
        await connection.close()


async def _provision_service(connection: Any, service: str, *, database: str, secret_key: str) -> None:
    roles = roles_of(service)
    for kind, role in roles.items():
        login = "LOGIN" if kind in ("owner", "app") else "NOLOGIN"
        if not await connection.fetchval("SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = $1)", role):
            await connection.execute(f"CREATE ROLE {role} {login} NOINHERIT NOSUPERUSER NOCREATEDB NOCREATEROLE")
        if login == "LOGIN":
            password = role_password(secret_key, role)
            await connection.execute(f"ALTER ROLE {role} PASSWORD '{password}'")
            await connection.execute(f'GRANT CONNECT ON DATABASE "{database}" TO {role}')
    await connection.execute(f"GRANT {roles['engine']}, {roles['worker']} TO {roles['app']}")
    # An administrator who is not a superuser must be a member of a role to give it a schema.
    await connection.execute(f"GRANT {roles['owner']} TO CURRENT_USER")
    await connection.execute(f"CREATE SCHEMA IF NOT EXISTS {service} AUTHORIZATION {roles['owner']}")
    others = ", ".join(role for kind, role in roles.items() if kind != "owner")
    await connection.execute(f"GRANT USAGE ON SCHEMA {service} TO {others}")
