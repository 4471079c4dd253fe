"""A row whose command breaks off for a reason of ours: its own problem, told in the log, and no other row's."""

import asyncpg
import pytest
from structlog.testing import capture_logs

from services.deals.products.tables import product_families
from shared.db.pool import Database
from shared.db.tx import Tx, transaction
from shared.errors import Unavailable
from shared.events.inbox import system_caller
from shared.imports.lockstep import Command, rehearsed, together
from tests.system import Tenant

ORDINALS = {"one": 1, "broken": 2, "two": 3}


def storing(code: str) -> Command:
    """A command that stores a product family."""

    async def store(tx: Tx) -> str:
        facts = {"code": code, "name": code, "ordinal": ORDINALS[code], "status": "active"}
        await tx.insert(product_families, id=tx.new_id("fam"), **facts)
        return code

    return store


def breaking(error: Exception) -> Command:
    """A command that stores something and breaks off."""

    async def break_off(tx: Tx) -> None:
        await storing("broken")(tx)
        raise error

    return break_off


@pytest.fixture
def database(tenant: Tenant) -> Database:
    found: Database = tenant.system.apps["deals"].state.database
    return found


def opened(tenant: Tenant, database: Database):
    caller = system_caller(tenant.id, mode="test")
    return transaction(database, caller=caller, viewer="*", now=tenant.now(), action="import_run", engine=True)


@pytest.mark.parametrize("run", [together, rehearsed])
async def test_a_row_that_breaks_off_fails_alone_and_the_log_tells_why(tenant, database, run):
    fault = TypeError("a fault of ours")
    with capture_logs() as told:
        async with opened(tenant, database) as tx:
            outcomes = await run(tx, [storing("one"), breaking(fault), storing("two")])

    assert [each.value for each in outcomes] == ["one", None, "two"]
    assert outcomes[1].problem is not None and outcomes[1].problem.code == "internal_error"
    assert [each.get("exc_info") for each in told] == [fault]
    stored = "SELECT code FROM deals.product_families WHERE tenant_id = $1 ORDER BY code"
    rows = await tenant.system.superuser.fetch(stored, tenant.id)
    assert [row["code"] for row in rows] == (["one", "two"] if run is together else [])


@pytest.mark.parametrize(
    "error", [TimeoutError(), asyncpg.DeadlockDetectedError(), asyncpg.PostgresConnectionError(), Unavailable()]
)
async def test_what_passes_by_itself_is_no_rows_problem(tenant, database, error):
    with pytest.raises((type(error), Unavailable)):
        async with opened(tenant, database) as tx:
            await together(tx, [storing("one"), breaking(error)])
