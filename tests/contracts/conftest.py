"""The apps without a database, and two databases: one made by the migrations, one from the declared tables."""

from collections.abc import AsyncIterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import pytest

from shared.auth.revocations import Revocations
from shared.db.drafting import statements_for
from shared.db.provision import SERVICES, provision, url_as
from shared.links import Links
from shared.web.app import App
from shared.web.peer import Peer
from tests.contracts import filling
from tests.contracts.code import exists, metadatas, package_of
from tests.databases import SECRET, installed_database


@pytest.fixture(scope="session")
def apps(tmp_path_factory: pytest.TempPathFactory) -> dict[str, App]:
    """Every service that is there, put together but not running."""

    async def nothing(*_: Any) -> Mapping[str, Any]:
        return {"keys": []}

    async def nowhere(*_: Any) -> None:
        raise ConnectionError

    async def no_token() -> str:
        return ""

    made = {}
    for service in SERVICES:
        if not exists(service, "app"):
            continue
        peers = {name: Peer(nowhere, token=no_token) for name in SERVICES}
        links = Links("http://localhost", nothing, peers, Revocations(), SECRET.encode())
        folder: Path = tmp_path_factory.mktemp("files")
        own: dict[str, Any] = {}
        if service == "gateway":
            own = {"secret_key": SECRET, "issuer": "http://localhost", "files": folder, "front": nowhere}
        create_app = import_module(f"{package_of(service)}.app").create_app
        made[service] = create_app(
            database_url="postgresql://nobody@nowhere/none", links=links, background=False, **own
        )
    return made


@pytest.fixture(scope="session")
async def migrated(database_url: str) -> AsyncIterator["asyncpg.Connection[Any]"]:
    """The database as the migrations make it, seen by its administrator."""
    connection = await asyncpg.connect(database_url)
    yield connection
    await connection.close()


@pytest.fixture(scope="session")
async def declared(database_url: str) -> AsyncIterator["asyncpg.Connection[Any]"]:
    """A database as the tables are declared, made without any migration."""
    name = f"{urlsplit(database_url).path.strip('/')}_declared"
    server = await asyncpg.connect(database_url)
    await server.execute(f"CREATE DATABASE {name}")
    url = urlunsplit(urlsplit(database_url)._replace(path=f"/{name}"))
    await provision(url, secret_key=SECRET)
    for service, metadata in metadatas():
        tables = sorted(metadata.sorted_tables, key=lambda table: table.name != "visible_partners")
        owner = await asyncpg.connect(
            url_as(url, f"prm_{service}_owner", secret_key=SECRET),
            server_settings={"search_path": f"{service},public"},
        )
        for statement in statements_for(tables, service=service):
            await owner.execute(statement)
        await owner.close()
    connection = await asyncpg.connect(url)
    yield connection
    await connection.close()
    await server.execute(f"DROP DATABASE {name} WITH (FORCE)")
    await server.close()


@pytest.fixture(scope="session")
async def filled(apps: dict[str, App]) -> AsyncIterator[str]:
    """The address of a database as the migrations make it, with a large tenant in it."""
    async with installed_database() as url:
        connection = await asyncpg.connect(url)
        listed = [each.resource for app in apps.values() for each in app.operations if each.is_list]
        await filling.fill(connection, read={each.table for each in listed if each is not None})
        await connection.close()
        yield url
