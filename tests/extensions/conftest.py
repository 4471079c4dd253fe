"""The tests of what is found by what was added run with the application's own filters and without them."""

from collections.abc import Iterator

import pytest

from shared.db.visibility import FILTERS


@pytest.fixture(params=["with both walls", "with the second wall alone"])
def walls(request: pytest.FixtureRequest) -> Iterator[None]:
    FILTERS.on = request.param == "with both walls"
    yield
    FILTERS.on = True
