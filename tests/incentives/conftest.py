"""A vendor for every test of incentives."""

import pytest

from tests.incentives.make import Shop
from tests.system import Tenant


@pytest.fixture
def shop(tenant: Tenant) -> Shop:
    return Shop(tenant, tenant.vendor())
