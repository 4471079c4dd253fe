"""Two places with everything in them, and the product with and without its first wall."""

from collections.abc import Iterator

import pytest

from shared.db.visibility import FILTERS
from tests.isolation.place import Place, inhabited
from tests.isolation.staff import Staffed, staffed
from tests.isolation.waiting import Waiting, waited
from tests.system import System


@pytest.fixture(scope="session")
async def place(system: System) -> Place:
    return await inhabited(system)


@pytest.fixture(scope="session")
async def other(system: System) -> Place:
    return await inhabited(system)


@pytest.fixture(scope="session")
async def house(system: System) -> Staffed:
    return await staffed(await inhabited(system))


@pytest.fixture(scope="session")
async def waiting(system: System) -> Waiting:
    return await waited(system)


@pytest.fixture(params=["with both walls", "with row-level security alone"])
def walls(request: pytest.FixtureRequest) -> Iterator[None]:
    FILTERS.on = request.param == "with both walls"
    yield
    FILTERS.on = True
