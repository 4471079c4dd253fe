"""What `prm` runs: the schema brought up to date, the demo data, and each part as an ASGI application."""

from collections.abc import Callable
from importlib import import_module
from typing import Any

from deploy.local.loading import without_collector
from shared.db.provision import SERVICES, provision
from shared.db.revisions import newest_of, version_of
from shared.db.walls import roles_of
from shared.settings import Settings

PARTS = SERVICES
GATEWAY = "gateway"


async def prepare(settings: Settings) -> None:
    """Make roles and schemas and bring every schema to the newest version; safe to repeat, two at once take turns."""
    await provision(settings.admin_url(), secret_key=settings.secret())
    for name in SERVICES:
        owner = settings.database_url_of(name, role=roles_of(name)["owner"])
        if await version_of(owner, service=name) != newest_of(name):
            # Alembic takes a third of a second to load, and most starts need none.
            from shared.db.migrations import migrate

            await migrate(owner, service=name)
    await _complete_roles(settings)
    await give_words(settings, thorough=False)


async def _complete_roles(settings: Settings) -> None:
    from gateway.roles.upgrading import complete

    await complete(settings.database_url_of(GATEWAY, role=roles_of(GATEWAY)["owner"]))


async def give_words(settings: Settings, *, thorough: bool = True) -> int:
    """Give the words they are searched by to objects that have none, and return how many got some.

    Without `thorough` only tables are looked at in which nothing has words, as after the migration that makes them searchable.
    """
    from shared.search.catching_up import catch_up

    given = 0
    for name in SERVICES:
        with without_collector():
            schema = import_module("gateway.schema" if name == "gateway" else f"services.{name}.schema")
        owner = settings.database_url_of(name, role=roles_of(name)["owner"])
        given += await catch_up(owner, service=name, metadata=schema.METADATA, thorough=thorough)
    return given


def whole_system(settings: Settings) -> Any:
    """The ASGI application of all services in one process."""
    return _maker("gateway.embedded", "create_system")(settings)


def gateway(settings: Settings) -> Any:
    """The gateway before services in other processes: an ASGI application whose `inner` one answers those services."""
    return _maker("gateway.embedded", "create_gateway_alone")(settings)


def service(name: str, settings: Settings) -> Any:
    """The ASGI application of one service in a process of its own."""
    return _maker("gateway.embedded", "create_service_alone")(name, settings)


async def load_demo(settings: Settings, *, progress: Callable[[float], None] | None = None) -> None:
    """Make the demo tenant with its people and objects unless it exists, and write `demo.json` (0600) to the data directory."""
    await _maker("deploy.demo", "load")(settings, progress=progress)


def specifications() -> dict[str, str]:
    """The text of every published specification by its file name, made from the code."""
    texts: dict[str, str] = _maker("gateway.publish.specifications", "texts")()
    return texts


def _maker(module: str, name: str) -> Callable[..., Any]:
    # Imported on use: `prm doctor` or `prm --help` should not pay for loading every service.
    with without_collector():
        maker: Callable[..., Any] = getattr(import_module(module), name)
    return maker
