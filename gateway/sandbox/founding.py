"""Every live tenant has a sandbox: made when it is founded, or at the first start after an upgrade."""

from collections.abc import Mapping
from itertools import count
from typing import Any, Final

from gateway.calendars import commands as calendars
from gateway.roles import commands as roles
from gateway.tenants import commands as tenants
from gateway.tenants.commands import SlugInUse
from gateway.tenants.tables import tenants as tenants_table
from gateway.test_clocks import commands as test_clocks
from shared.clock import Clock
from shared.db.neighbour import standing_in
from shared.db.pool import Database, Record
from shared.db.tx import Tx, transaction
from shared.events.inbox import system_caller

_WITHOUT: Final = "SELECT id FROM tenants WHERE mode = 'live' AND twin_id IS NULL ORDER BY id"


async def found_sandbox(tx: Tx, live: Mapping[str, Any]) -> Record:
    """Found the sandbox of the live tenant that the machinery's transaction is for: shipped roles, a clock, nobody in it."""
    async with standing_in(tx, caller=system_caller(tx.new_id("tnt"), mode="test")) as there:
        row = await _with_free_slug(there, live)
        await roles.seed(there)
        await calendars.seed(there)
        await test_clocks.begin(there)
    return row


async def found_missing(database: Database, *, wall: Clock) -> int:
    """Found the sandboxes of live tenants that have none, and return how many; of processes that start at once one does."""
    async with database.as_worker() as connection:
        rows = await connection.fetch(_WITHOUT)
    return sum([await _found_for(database, row["id"], wall=wall) for row in rows])


async def _found_for(database: Database, tenant_id: str, *, wall: Clock) -> bool:
    caller = system_caller(tenant_id, mode="live")
    async with transaction(database, caller=caller, viewer="*", now=wall(), action="found_sandbox", engine=True) as tx:
        live = await tx.lock(tenants_table, tenant_id)
        if live["twin_id"] is not None:
            return False
        twin = await found_sandbox(tx, live)
        await tx.update(tenants_table, live, twin_id=twin["id"], twin_slug=twin["slug"])
    return True


async def _with_free_slug(there: Tx, live: Mapping[str, Any]) -> Record:
    """Store the tenant as `<slug>-test`, or with the first number behind it that no other tenant has taken."""
    for number in count(1):
        slug = f"{live['slug']}-test" if number == 1 else f"{live['slug']}-test-{number}"
        try:
            return await tenants.found(
                there,
                slug=slug,
                name=f"{live['name']} (test)",
                mode="test",
                default_locale=live["default_locale"],
                twin=live,
            )
        except SlugInUse:
            continue
    raise AssertionError("numbers do not end")
