"""A service's copy of the custom fields its tenants have defined, and the way to ask the gateway for what has not arrived."""

from collections.abc import Collection, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from sqlalchemy import Table, Text, bindparam, select

from shared.db.pool import Database
from shared.db.statements import TENANT, Statement
from shared.errors import Unavailable
from shared.events.catalog.gateway import CustomFieldState
from shared.events.envelope import Envelope
from shared.extensions.declaration import DEFINITIONS
from shared.extensions.fields import Definition

if TYPE_CHECKING:
    from shared.db.read import Read
    from shared.db.tx import Tx


async def keep(tx: "Tx", event: CustomFieldState, envelope: Envelope) -> None:
    """Keep the newest state of a custom field."""
    await _store(tx, event, version=envelope.subject_version)


async def for_writing(tx: "Tx", object: str, *, naming: Collection[str]) -> dict[str, Definition]:  # noqa: A002
    """Return the custom fields of an object by key; the gateway is asked once when one of those named has not arrived."""
    table = _table(tx.database)
    rows = await tx.all(_of_object(table), object=object)
    fields = {row["key"]: _definition(row["definition"]) for row in rows}
    if not fields.keys() >= set(naming):
        told = await _told_by_owner(tx.database, tx.tenant_id, object)
        async with tx.as_engine("custom fields not heard of yet are kept for the whole tenant"):
            for state, version in told:
                await _store(tx, state, version=version)
        fields |= {state.key: _definition(state.model_dump()) for state, _ in told}
    return fields


async def for_reading(read: "Read", object: str, *, naming: Collection[str]) -> dict[str, Definition]:  # noqa: A002
    """Return the custom fields of an object by key, where any is named; what has not arrived is asked for, and not kept."""
    if not naming:
        return {}
    rows = await read.all(_of_object(_table(read.database)), object=object)
    fields = {row["key"]: _definition(row["definition"]) for row in rows}
    if not fields.keys() >= set(naming):
        told = await _told_by_owner(read.database, read.caller.tenant_id, object)
        fields |= {state.key: _definition(state.model_dump()) for state, _ in told}
    return fields


async def _store(tx: "Tx", state: CustomFieldState, *, version: int) -> None:
    definition = state.model_dump(exclude={"object"})
    await tx.project(_table(tx.database), object=state.object, key=state.key, version=version, definition=definition)


async def _told_by_owner(database: Database, tenant_id: str, object: str) -> list[tuple[CustomFieldState, int]]:  # noqa: A002
    owner = database.peers.get("gateway")
    if owner is None:
        return []
    answer = await owner.get("/internal/custom-fields", query=urlencode({"tenant": tenant_id, "object": object}))
    if answer.status == 404:
        return []
    if answer.status != 200:
        raise Unavailable("The custom fields cannot be looked up right now.")
    return [(CustomFieldState.model_validate(each["data"]), each["version"]) for each in answer.json()["fields"]]


def _table(database: Database) -> Table:
    return database.tables.timers.metadata.tables[DEFINITIONS]


@lru_cache(maxsize=8)
def _of_object(table: Table) -> Statement:
    asked = bindparam("object", type_=Text(collation="C"))
    return Statement(
        select(table.c.key, table.c.definition)
        .where(table.c.tenant_id == TENANT, table.c.object == asked)
        .order_by(table.c.key)
    )


def _definition(state: Mapping[str, Any]) -> Definition:
    named = {name: value for name, value in state.items() if name in Definition.__dataclass_fields__}
    return Definition(**{**named, "choices": tuple(state["choices"])})
