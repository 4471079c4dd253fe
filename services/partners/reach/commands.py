"""Telling what a viewer reaches beyond its own."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Final

from shared.db.tx import Tx
from shared.events.catalog.partners import VisibilityChanged
from shared.reach import replace

# Whoever holds the row works out what the viewer reaches; the next one sees what it has stored.
_HOLD: Final = """
INSERT INTO visibility_versions AS held (tenant_id, viewer, version) VALUES ($1, $2, 0)
ON CONFLICT (tenant_id, viewer) DO UPDATE SET version = held.version RETURNING version
"""
_NEXT: Final = "UPDATE visibility_versions SET version = $3 WHERE tenant_id = $1 AND viewer = $2"
_KNOWN: Final = "SELECT partner_id, level FROM visible_partners WHERE tenant_id = $1 AND viewer = $2"


async def publish(tx: Tx, viewer: str, *, reached: Callable[[], Awaitable[Mapping[str, str]]]) -> None:
    """Let a viewer reach what `reached` works out: here at once, and in the sister services by an event.

    Nothing is told when nothing has changed. Whoever publishes for several viewers goes by their order.
    """
    async with tx.as_engine("what a viewer reaches is worked out from what it may not see"):
        version = await tx.connection.fetchval(_HOLD, tx.tenant_id, viewer)
        partners = dict(await reached())
        known = await tx.connection.fetch(_KNOWN, tx.tenant_id, viewer)
        if partners == {row["partner_id"]: row["level"] for row in known}:
            return
        await replace(tx, viewer=viewer, partners=partners)
        await tx.connection.execute(_NEXT, tx.tenant_id, viewer, version + 1)
    tx.emit(VisibilityChanged(viewer=viewer, partners=partners), subject={"id": viewer, "version": version + 1})
