"""Programs over HTTP."""

from services.partners.programs import commands
from services.partners.programs.queries import PROGRAMS
from services.partners.programs.schemas import ProgramIn, ProgramOut, ProgramPatch
from shared.db.resource import Row
from shared.errors import AlreadyExists
from shared.web.params import Tx, Version
from shared.web.router import Router

router = Router("programs")
router.lists(PROGRAMS, ProgramOut, summary="Programs, newest first.")
router.reads(PROGRAMS, ProgramOut, summary="One program.")


@router.post(permission="programs:write", returns=PROGRAMS, out=ProgramOut, status=201, problems=[AlreadyExists])
async def create_program(body: ProgramIn, tx: Tx) -> Row:
    """Open a program; the first of a vendor is its default."""
    return await commands.create(tx, **body.model_dump())


@router.patch(permission="programs:write", returns=PROGRAMS, out=ProgramOut)
async def patch_program(id: str, body: ProgramPatch, tx: Tx, version: Version) -> Row:  # noqa: A002
    """Rename or describe a program."""
    return await commands.change(tx, program_id=id, version=version, **body.changes())


@router.post(
    "/{id}/close",
    permission="programs:approve",
    returns=PROGRAMS,
    out=ProgramOut,
    problems=[commands.DefaultProgramStays],
)
async def close_program(id: str, tx: Tx, version: Version) -> Row:  # noqa: A002
    """Close a program to new tiers."""
    return await commands.close(tx, program_id=id, version=version)
