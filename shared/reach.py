"""Keeps which partners a viewer reaches beyond its own, as the partners service says: every service in its own schema.

Each state replaces the one before as a whole, by its version, so that repeated and shuffled events come to the same.
"""

from collections.abc import Mapping
from typing import Final

from shared.db.tx import Tx
from shared.events.catalog.partners import VisibilityChanged
from shared.events.envelope import Envelope

# Set at once: a distributor may have thousands of partners below it.
_FORGET: Final = "DELETE FROM visible_partners WHERE tenant_id = $1 AND viewer = $2 AND partner_id <> ALL($3)"
_STORE: Final = """
INSERT INTO visible_partners AS seen (tenant_id, viewer, partner_id, level)
SELECT $1, $2, now.partner_id, now.level FROM unnest($3::text[], $4::text[]) now(partner_id, level)
ON CONFLICT (tenant_id, viewer, partner_id) DO UPDATE SET level = excluded.level WHERE seen.level <> excluded.level
"""


async def keep_visibility(tx: Tx, event: VisibilityChanged, envelope: Envelope) -> None:
    """Replace what a viewer reaches, unless as new a state is known."""
    versions = tx.database.tables.visible_versions
    if await tx.project(versions, viewer=event.viewer, version=envelope.subject_version):
        await replace(tx, viewer=event.viewer, partners=event.partners)


async def replace(tx: Tx, *, viewer: str, partners: Mapping[str, str]) -> None:
    """Let a viewer reach exactly these partners, of those whose level opens what this service keeps."""
    opening = tx.database.tables.opened_by
    kept = {partner: level for partner, level in sorted(partners.items()) if level in opening}
    await tx.connection.execute(_FORGET, tx.tenant_id, viewer, list(kept))
    await tx.connection.execute(_STORE, tx.tenant_id, viewer, list(kept), list(kept.values()))
