"""References to an object in other systems: kept by each side for itself, looked up, and created or changed by."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

import orjson
from pydantic import BaseModel, ValidationError
from sqlalchemy import Table, bindparam, select

from shared.db.afterwards import Afterwards
from shared.db.pool import Record
from shared.db.resource import Row
from shared.db.statements import TENANT, Statement
from shared.db.tx import Tx
from shared.db.visibility import shape_of, within
from shared.errors import AlreadyExists, Fault, Forbidden, Invalid, InvalidTransition
from shared.extensions.bodies import MOST_REFERENCES
from shared.extensions.declaration import Extension, extension_of
from shared.extensions.filters import clauses, owner_of
from shared.extensions.keys import Side, reference_key
from shared.extensions.stored import ExternalReferenceTaken as ExternalReferenceTaken
from shared.web.conditional import Condition
from shared.web.json import dumps
from shared.web.models import ExternalReferenceIn
from shared.web.problems import invalid

# The columns of the one reference that objects had before they could have several.
_FIRST = ("external_system", "external_type", "external_id")
_POINTER = "/external_references"


def reference(system: str, type: str, id: str) -> ExternalReferenceIn:  # noqa: A002
    """Return the reference that a path names; raises Invalid when it cannot be one."""
    try:
        return ExternalReferenceIn.model_validate({"system": system, "type": type, "id": id})
    except ValidationError as error:
        raise invalid(error) from error


def columns(
    extension: Extension,
    side: Side,
    sent: list[dict[str, str]] | None,
    *,
    row: Row | None = None,
    first: dict[str, str] | None = None,
    names_first: bool = False,
) -> dict[str, Any]:
    """Return the columns that the references sent become; raises Invalid for one sent twice, Forbidden for a side without.

    `first` is what `external_reference` says where a body names that (`names_first`); it is one of the references too. None
    for `sent` leaves them as they are.
    """
    column = extension.references_column(side)
    if column is None:
        if not sent and not first:
            return {}
        raise Forbidden(errors=[Fault(_POINTER, "vendor_only", "Only the vendor's side has references here.")])
    kept = sent if sent is not None else list(row[column]) if row is not None else []
    if twice := [place for place, each in enumerate(kept) if each in kept[:place]]:
        raise Invalid(errors=[Fault(f"{_POINTER}/{place}", "duplicate", "This is named twice.") for place in twice])
    named = _first_of(row, side)
    if names_first:
        kept = [*([first] if first else []), *(each for each in kept if each not in (first, named))]
    if len(kept) > MOST_REFERENCES:
        raise Invalid(errors=[Fault(_POINTER, "too_many", f"At most {MOST_REFERENCES} references.")])
    changes: dict[str, Any] = {column: kept}
    if named is not None and not names_first and named not in kept:
        changes |= dict.fromkeys(_FIRST)
    return changes


def _first_of(row: Row | None, side: Side) -> dict[str, str] | None:
    """Return the reference that a row shows as `external_reference`, if it has one and this side has brought it in."""
    if row is None or "external_id" not in row or row["external_id"] is None:
        return None
    owner = row.get("external_owner", "vendor")
    if (owner == "vendor") != (side == "vendor"):
        return None
    return {"system": row["external_system"], "type": row["external_type"], "id": row["external_id"]}


async def find(tx: Tx, table: Table, wanted: Mapping[str, str]) -> Record | None:
    """Return the object in the caller's view that its side knows by a reference `{system, type, id}`, or that has this one only."""
    if extension_of(table) is None:
        return await tx.first(_finding_by_column(table, shape_of(tx.viewer)), **wanted)
    key = reference_key(owner_of(tx.caller), wanted["system"], wanted["type"])
    return await tx.first(_finding(table, shape_of(tx.viewer)), attribute_0_key=key, attribute_0_eq=wanted["id"])


@lru_cache(maxsize=64)
def _finding(table: Table, shape: str) -> Statement:
    named = clauses(table, "attribute_0", "eq")
    return Statement(select(table).where(table.c.tenant_id == TENANT, *within(table, shape), *named))


@lru_cache(maxsize=64)
def _finding_by_column(table: Table, shape: str) -> Statement:
    named = [table.c[f"external_{name}"] == bindparam(name) for name in ("system", "type", "id")]
    return Statement(select(table).where(table.c.tenant_id == TENANT, *within(table, shape), *named))


async def as_expected(tx: Tx, table: Table, known: Record | None, condition: Condition) -> Record | None:
    """Return what is known, held where the caller says which version that is; raises StaleVersion, PreconditionFailed."""
    if known is not None and condition.if_match is not None:
        known = await tx.lock(table, known["id"])
    condition.require(known)
    return known


async def upsert(
    tx: Tx,
    table: Table,
    wanted: ExternalReferenceIn,
    *,
    condition: Condition,
    create: Callable[[], Awaitable[Row]],
    change: Callable[[Record], Awaitable[Row]],
) -> Row:
    """Create the object that has this reference, or change it: 201 or 200. The unique key decides a race of several.

    Raises ExternalReferenceTaken when an object has it that the caller does not see, StaleVersion and PreconditionFailed.
    """
    named = wanted.model_dump()
    known = await as_expected(tx, table, await find(tx, table, named), condition)
    if known is None:
        try:
            async with tx.savepoint():
                return await create()
        except AlreadyExists:
            known = await as_expected(tx, table, await find(tx, table, named), condition)
            if known is None:
                raise
    tx.afterwards = Afterwards(200)
    return await change(known)


def replacement(
    body: BaseModel, members: set[str], *, row: Record, references: Sequence[ExternalReferenceIn]
) -> dict[str, Any]:
    """Return the patch by which an object says what a body says in these members: metadata as a whole, and these references."""
    sent = body.model_dump(include=members, exclude_unset=True)
    if "external_references" in members:
        sent["external_references"] = [each.model_dump() for each in references]
    if "metadata" in members:
        sent["metadata"] = {**dict.fromkeys(row["metadata"]), **sent["metadata"]}
    return sent


def differing(body: BaseModel, shown: Mapping[str, Any], *, changeable: type[BaseModel]) -> set[str]:
    """Return the members of a body that say something else than is shown; InvalidTransition for one that is fixed for good."""
    now = orjson.loads(dumps(dict(shown)))
    sent = body.model_dump(mode="json", exclude_unset=True)
    found = {name for name, value in sent.items() if not _says(value, now.get(name), whole=name == "metadata")}
    fixed = sorted(found - set(changeable.model_fields))
    if fixed:
        raise InvalidTransition(f"{', '.join(fixed)} cannot be changed.")
    return found


def _says(sent: Any, shown: Any, *, whole: bool) -> bool:
    """Tell whether what is sent is what is shown; of an object, only the members sent are looked at unless it is replaced."""
    if isinstance(sent, dict) and isinstance(shown, dict) and not whole:
        return all(_says(value, shown.get(name), whole=False) for name, value in sent.items())
    return bool(sent == shown)
