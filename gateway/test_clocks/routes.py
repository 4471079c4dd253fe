"""`/v1/test-clocks`."""

from typing import Final

from gateway.metadata import PLUMBING
from gateway.test_clocks import commands
from gateway.test_clocks.queries import CLOCKS
from gateway.test_clocks.rules import LiveTenant, OnlyForward
from gateway.test_clocks.schemas import AdvanceIn, ClockIn, ClockOut
from shared.db.pool import Record
from shared.errors import AlreadyExists
from shared.operations.schemas import OperationOut
from shared.web.params import Principal, Tx, Version
from shared.web.router import Router

_OPERATIONS: Final = PLUMBING.operations.resource
router = Router("test-clocks")
router.lists(CLOCKS, ClockOut, summary="The test tenant's clock.")
router.reads(CLOCKS, ClockOut, summary="The test tenant's clock by its id.")


@router.post(
    permission="test-clocks:write",
    returns=CLOCKS,
    out=ClockOut,
    status=201,
    problems=[AlreadyExists, LiveTenant],
    batch=False,
)
async def create_test_clock(tx: Tx, caller: Principal, body: ClockIn = ClockIn()) -> Record:
    """Give a test tenant a clock of its own."""
    return await commands.create(tx, caller=caller)


@router.post(
    "/{id}/advance",
    permission="test-clocks:write",
    returns=_OPERATIONS,
    about=CLOCKS,
    out=OperationOut,
    status=202,
    problems=[OnlyForward, LiveTenant],
)
async def advance_test_clock(id: str, body: AdvanceIn, tx: Tx, caller: Principal, version: Version) -> Record:
    """Move the clock forward; the operation ends when every service goes by it and has run the timers that fell due."""
    return await commands.advance(tx, clock_id=id, version=version, seconds=body.seconds, to=body.to, caller=caller)
