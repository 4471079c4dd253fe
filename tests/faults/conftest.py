"""The product in real processes: all in one, and one for each service."""

import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from deploy.local.place import temporary_directory
from tests.faults.installation import Installation


@pytest.fixture(scope="module")
def data_dir() -> Iterator[Path]:
    """Where the user who runs the database can reach it."""
    folder = temporary_directory()
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
async def five(data_dir: Path) -> AsyncIterator[Installation]:
    """One process for each service."""
    made = Installation(data_dir, split=True)
    await made.start()
    yield made
    await made.stop()


@pytest.fixture(scope="module")
async def one(data_dir: Path) -> AsyncIterator[Installation]:
    """Everything in one process, beside its database."""
    made = Installation(data_dir, split=False)
    await made.start()
    yield made
    await made.stop()
