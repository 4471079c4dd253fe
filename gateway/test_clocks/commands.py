"""Making a test tenant's clock and moving it; every service stores the new offset from the event."""

from datetime import datetime, timedelta

from gateway.test_clocks import following, rules
from gateway.test_clocks.tables import test_clocks
from shared.auth.principal import Caller
from shared.db.pool import Record
from shared.db.provision import SERVICES
from shared.db.tx import Tx, require_version
from shared.errors import Forbidden
from shared.events.catalog.gateway import TenantClock
from shared.operations.commands import begin as begin_operation


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
    """Move the tenant's clock forward, and return the operation that ends when every service goes by it.

    Raises OnlyForward, LiveTenant, Invalid.
    """
    _require_test_vendor(caller)
    row = await tx.lock(test_clocks, clock_id)
    require_version(row, version)
    offset = rules.advanced(row["offset_seconds"], now=tx.now, seconds=seconds, to=to)
    until = tx.now + timedelta(seconds=offset - row["offset_seconds"])
    row = await tx.update(test_clocks, row, offset_seconds=offset)
    # The gateway's own copy; the others follow the event.
    await tx.project(tx.database.tables.clocks, offset_seconds=offset, version=row["version"])
    tx.emit(TenantClock(offset_seconds=offset), subject={"id": tx.tenant_id, "version": row["version"]})
    arguments = following.arguments(row, until=until)
    return await begin_operation(
        tx, kind=following.KIND, arguments=arguments, total=len(SERVICES), unit="services", cancellable=False
    )


def _require_test_vendor(caller: Caller) -> None:
    if caller.mode != "test":
        raise rules.LiveTenant()
    if not caller.is_vendor:
        raise Forbidden("Only the vendor moves the clock.")
