"""Making a test tenant's clock and moving it; every service stores the new offset from the event."""

from datetime import datetime

from gateway.test_clocks import rules
from gateway.test_clocks.tables import test_clocks
from shared.auth.principal import Caller
from shared.db.pool import Record
from shared.db.tx import Tx, require_version
from shared.errors import Forbidden
from shared.events.catalog.gateway import TenantClock


async def create(tx: Tx, *, caller: Caller) -> Record:
    """Give a test tenant its clock; raises LiveTenant, and AlreadyExists when it has one."""
    _require_test_vendor(caller)
    return await begin(tx)


async def begin(tx: Tx) -> Record:
    """Store the clock of a test tenant, showing wall time; raises AlreadyExists when it has one."""
    return await tx.insert(test_clocks, id=tx.new_id("clk"), offset_seconds=0)


async def advance(
    tx: Tx, *, clock_id: str, version: int | None, seconds: int | None, to: datetime | None, caller: Caller
) -> Record:
    """Move the tenant's clock forward for every service; raises OnlyForward, LiveTenant, Invalid."""
    _require_test_vendor(caller)
    row = await tx.lock(test_clocks, clock_id)
    require_version(row, version)
    offset = rules.advanced(row["offset_seconds"], now=tx.now, seconds=seconds, to=to)
    row = await tx.update(test_clocks, row, offset_seconds=offset)
    # The gateway's own copy; the others follow the event.
    await tx.project(tx.database.tables.clocks, offset_seconds=offset, version=row["version"])
    tx.emit(TenantClock(offset_seconds=offset), subject={"id": tx.tenant_id, "version": row["version"]})
    return row


def _require_test_vendor(caller: Caller) -> None:
    if caller.mode != "test":
        raise rules.LiveTenant()
    if not caller.is_vendor:
        raise Forbidden("Only the vendor moves the clock.")
