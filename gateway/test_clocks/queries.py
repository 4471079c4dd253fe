"""The tenant's own clock."""

from typing import Final

from gateway.test_clocks.tables import test_clocks
from shared.db.resource import Resource

CLOCKS: Final = Resource("test_clock", test_clocks, ("offset_seconds",), permission="test-clocks:read")
