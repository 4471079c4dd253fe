"""Writes of programs."""

from typing import Any

from services.partners.programs import queries
from services.partners.programs.tables import LIFECYCLE, programs
from shared.auth.sides import vendor_only
from shared.db.resource import Row
from shared.db.tx import Tx, require_version
from shared.errors import AlreadyExists, Conflict, Fault, Invalid


class DefaultProgramStays(Conflict):
    """The default program cannot be closed."""

    code, title = "default_program_stays", "The default program stays open"


async def create(tx: Tx, *, code: str, name: str, description: str | None = None, id: str | None = None) -> Row:  # noqa: A002
    """Open a program; the first of a vendor is its default. Raises AlreadyExists when the code is taken."""
    vendor_only(tx.caller)
    first = await queries.default(tx) is None
    return await tx.insert(
        programs,
        id=id or tx.new_id("prog"),
        code=code,
        name=name,
        description=description,
        is_default=first,
        status="active",
    )


async def change(tx: Tx, *, program_id: str, version: int | None, **changes: Any) -> Row:
    """Rename or describe a program."""
    vendor_only(tx.caller)
    row = await tx.lock(programs, program_id)
    LIFECYCLE.require_editable(row["status"], changes)
    require_version(row, version)
    return await tx.update(programs, row, **changes) if changes else row


async def close(tx: Tx, *, program_id: str, version: int | None) -> Row:
    """Close a program to new tiers; raises DefaultProgramStays for the default one."""
    vendor_only(tx.caller)
    row = await tx.lock_for(programs, program_id, action="close", lifecycle=LIFECYCLE, version=version)
    if row["is_default"]:
        raise DefaultProgramStays()
    return await tx.update(programs, row, status="closed")


async def open_program(tx: Tx, code: str | None) -> Row:
    """Return the open program with this code, or the default one, made on first need; Invalid when there is none such."""
    if code is not None:
        row = await queries.by_code(tx, code)
        if row is None or row["status"] != "active":
            raise Invalid(errors=[Fault("/program", "unknown_program", "There is no open program with this code.")])
        return row
    found = await queries.default(tx)
    if found is not None:
        return found
    try:
        return await create(tx, code="default", name="Partner program")
    except AlreadyExists:
        return await tx.one(queries.DEFAULT)  # another made it in the meantime
