"""Reads of programs."""

from sqlalchemy import bindparam, select

from services.partners.programs.tables import LIFECYCLE, programs
from shared.db.pool import Record
from shared.db.resource import Resource
from shared.db.statements import TENANT, Statement
from shared.db.tx import Tx

PROGRAMS = Resource(
    "program",
    programs,
    ("code", "name", "description", "is_default", "status"),
    title=("name",),
    subtitle="code",
    permission="programs:read",
    filters=("status", "code"),
    lifecycle=LIFECYCLE,
    ruled_out=lambda row, _: ("close",) if row["is_default"] else (),
)
_BY_CODE = Statement(
    select(programs).where(programs.c.tenant_id == TENANT, programs.c.code == bindparam("wanted_code"))
)
DEFAULT = Statement(select(programs).where(programs.c.tenant_id == TENANT, programs.c.is_default))


async def by_code(tx: Tx, code: str) -> Record | None:
    """Return the program with this code, if there is one."""
    return await tx.first(_BY_CODE, wanted_code=code)


async def default(tx: Tx) -> Record | None:
    """Return the vendor's default program, if it has any program."""
    return await tx.first(DEFAULT)
