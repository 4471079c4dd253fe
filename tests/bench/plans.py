"""How the database answers the list and the single read: the plan that the app role gets, with the walls up."""

import asyncpg

from services.deals.registrations.queries import DEALS
from shared.db.read import _Key, _listing, _single
from shared.db.statements import Statement
from shared.db.visibility import shape_of
from shared.settings import Settings
from tests.bench.place import Tenant


async def plans(settings: Settings, tenant: Tenant) -> dict[str, str]:
    """The plan of each read by its name, as it is once the server has seen the statement often enough."""
    connection = await asyncpg.connect(
        settings.database_url_of("deals", role="prm_deals_app"),
        server_settings={"search_path": "deals,public", "jit": "off", "plan_cache_mode": "force_generic_plan"},
    )
    shown = {}
    for viewer, whose in (("*", "vendor"), (tenant.partners[0], "partner")):
        shape = shape_of(viewer)
        row_id = (tenant.ids if viewer == "*" else tenant.partner_ids)[0]
        listing = _listing(_Key(DEALS), shape, "created_at", True, (), False, own=False)
        for name, statement, values in (
            (f"list of 25, {whose}", listing, {"page_limit": 26}),
            (f"single read, {whose}", _single(_Key(DEALS), shape, own=False), {"row_id": row_id}),
        ):
            shown[name] = await _plan(connection, statement, {"tenant_id": tenant.id, "viewer": viewer, **values})
    await connection.close()
    return shown


async def _plan(
    connection: "asyncpg.Connection[asyncpg.Record]", statement: Statement, values: dict[str, object]
) -> str:
    text, _ = statement.reading
    given = [*statement.arguments(values), values["tenant_id"], values["viewer"]]
    rows = await connection.fetch(f"EXPLAIN (ANALYZE, BUFFERS, TIMING OFF) {text}", *given)
    return "\n".join(row[0] for row in rows)
