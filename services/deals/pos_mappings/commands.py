"""Saying how columns are called, and changing it."""

from services.deals.directory.queries import partner_of
from services.deals.pos_mappings.rules import faults_of_mapping
from services.deals.pos_mappings.schemas import PosMappingIn, PosMappingPatch
from services.deals.pos_mappings.tables import LIFECYCLE, pos_mappings
from shared.auth.principal import Caller
from shared.db.pool import Record
from shared.db.resource import Row
from shared.db.tx import Tx, require_version
from shared.errors import Fault, Invalid
from shared.events.catalog.orders import PosMappingChanged


async def create(tx: Tx, body: PosMappingIn, *, caller: Caller) -> Row:
    """Keep a mapping of the caller's partner, or of the one the vendor names; raises AlreadyExists for a name in use."""
    partner_id = body.partner_id or caller.partner_id
    if partner_id is None:
        raise Invalid(errors=[Fault("/partner_id", "required", "Name the partner whose reports these are.")])
    partner = await partner_of(tx, partner_id)
    _require_whole(body.mapping)
    made = await tx.insert(
        pos_mappings,
        id=body.id or tx.new_id("posx"),
        partner_id=partner.id,
        name=body.name,
        status="active",
        mapping=body.mapping,
    )
    return _told(tx, made)


async def change(tx: Tx, body: PosMappingPatch, *, mapping_id: str, version: int | None) -> Row:
    """Put another mapping in place of a name; raises InvalidTransition for one that is retired."""
    row = await tx.lock(pos_mappings, mapping_id)
    LIFECYCLE.require_editable(row["status"], body.model_fields_set)
    require_version(row, version)
    changes = body.changes()
    if changes:
        _require_whole(changes["mapping"])
    return _told(tx, await tx.update(pos_mappings, row, **changes))


async def retire(tx: Tx, *, mapping_id: str, version: int | None) -> Row:
    """Let no report be read by a mapping any more; its name is free again."""
    row = await tx.lock_for(pos_mappings, mapping_id, action="retire", lifecycle=LIFECYCLE, version=version)
    return _told(tx, await tx.update(pos_mappings, row, status="retired"))


def _require_whole(mapping: dict[str, str]) -> None:
    faults = faults_of_mapping(mapping)
    if faults:
        raise Invalid(errors=faults)


def _told(tx: Tx, row: Record) -> Record:
    event = PosMappingChanged(mapping_id=row["id"], partner_id=row["partner_id"])
    tx.emit(event, subject=row, audience=[row["partner_id"]])
    return row
