"""The two reads as the database gets them: for pgbench, and as the plan that the app role gets with the walls up."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import asyncpg

from services.deals.registrations.queries import DEALS
from shared import clock
from shared.db.read import _listing, _single
from shared.db.visibility import shape_of
from shared.settings import Settings
from tests.bench.pgbench import Script
from tests.bench.place import Tenant


@dataclass(frozen=True, slots=True)
class ReadSent:
    """A read in the form in which the product sends it, and its arguments in order."""

    name: str
    text: str
    arguments: list[object]

    def script(self) -> Script:
        """The same for pgbench, the arguments sent as parameters of a prepared statement."""
        variables = {f"v{number}": str(value) for number, value in enumerate(self.arguments, 1)}
        return Script(" ".join(re.sub(r"\$(\d+)", r":v\1", self.text).split("\n")) + ";\n", variables)


def reads(tenant: Tenant) -> Iterator[ReadSent]:
    """The list of 25 and the single read, of the vendor and of a partner's seller."""
    for viewer, whose in (("*", "vendor"), (tenant.partners[0], "partner")):
        shape = shape_of(viewer)
        row_id = (tenant.ids if viewer == "*" else tenant.partner_ids)[0]
        listing = _listing(DEALS, shape, "created_at", True, (), False, own=False)
        for name, statement, given in (
            ("list", listing, {"page_limit": 26}),
            ("get", _single(DEALS, shape, own=False), {"row_id": row_id}),
        ):
            values = statement.arguments({"tenant_id": tenant.id, "viewer": viewer, "asked_at": clock.now(), **given})
            yield ReadSent(f"{name}, {whose}", statement.reading[0], [*values, tenant.id, viewer])


def deep_pages(tenant: Tenant) -> Iterator[ReadSent]:
    """The list of 25 of the vendor, so and so far down."""
    listing = _listing(DEALS, shape_of("*"), "created_at", True, (), True, own=False)
    for depth, places in tenant.places.items():
        at, row_id = places[0]
        given = {"page_limit": 26, "after_value": at, "after_id": row_id}
        values = listing.arguments({"tenant_id": tenant.id, "viewer": "*", "asked_at": clock.now(), **given})
        yield ReadSent(f"page {depth:.0%} deep, vendor", listing.reading[0], [*values, tenant.id, "*"])


async def plans(settings: Settings, tenant: Tenant) -> dict[str, str]:
    """The plan of each read by its name, as it is once the server has seen the statement often enough."""
    connection = await asyncpg.connect(
        settings.database_url_of("deals", role="prm_deals_app"),
        server_settings={"search_path": "deals,public", "jit": "off", "plan_cache_mode": "force_generic_plan"},
    )
    shown = {}
    for read in (*reads(tenant), *deep_pages(tenant)):
        rows = await connection.fetch(f"EXPLAIN (ANALYZE, BUFFERS, TIMING OFF) {read.text}", *read.arguments)
        shown[read.name] = "\n".join(row[0] for row in rows)
    await connection.close()
    return shown
