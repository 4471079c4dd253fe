"""One running product a worker."""

from collections.abc import Iterator

import pytest

from tests.fuzz.product import Product, opened_product


@pytest.fixture(scope="session")
def product() -> Iterator[Product]:
    with opened_product() as opened:
        yield opened
