"""A small telling of the demo's story, in a database of its own: while it is told, nothing else may run on the database."""

import json
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from deploy.demo.extent import Extent
from deploy.demo.loading import load
from deploy.local.place import temporary_directory
from shared.settings import Settings
from tests.databases import SECRET, installed_database

SMALL = Extent(deals=90, leads=90)


class Interrupted(Exception):
    """Somebody pressed Ctrl-C."""


@dataclass(frozen=True, slots=True)
class Told:
    """The settings of an installation with the demo, and what demo.json says."""

    settings: Settings
    file: Path
    demo: dict[str, Any]


@pytest.fixture(scope="session")
async def told() -> AsyncIterator[Told]:
    """An installation whose first load was interrupted and whose second one went through."""
    folder = temporary_directory()
    async with installed_database() as url:
        settings = Settings(database_url=url, secret_key=SecretStr(SECRET), data_dir=folder, port=8123)
        file = folder / "demo.json"

        def interrupt(_: float) -> None:
            raise Interrupted

        with pytest.raises(Interrupted):
            await load(settings, extent=SMALL, progress=interrupt)
        assert not file.exists()
        await load(settings, extent=SMALL)
        yield Told(settings, file, json.loads(file.read_text()))
    shutil.rmtree(folder, ignore_errors=True)
