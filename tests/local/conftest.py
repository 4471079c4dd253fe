"""A directory for a database of one test's own."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.local.place import temporary_directory


@pytest.fixture
def data_dir() -> Iterator[Path]:
    """Where the user who runs the database can reach it, which pytest's own directories are not when root runs it."""
    folder = temporary_directory()
    yield folder
    shutil.rmtree(folder, ignore_errors=True)
