"""Long work of the sample service: counting, in steps that can be held up, cut off or made to fail."""

import asyncio
from collections.abc import Mapping
from typing import Any

from shared.db.columns import instant, key, record
from shared.db.tx import Tx
from shared.db.walls import plumbing_wall
from shared.errors import Conflict, Unavailable
from shared.operations.commands import begin
from shared.operations.job import Job, Later, Result, Work
from shared.operations.schemas import OperationOut
from shared.web import params
from shared.web.models import Body
from shared.web.router import Router
from tests.shared.sample import _COUNT, METADATA, PLUMBING

counted = record("counted", METADATA, key("id"), instant("at"), wall=plumbing_wall("all"))


class PowerCut(BaseException):
    """What a process feels of its end: nothing that it could handle."""


class NothingToCount(Conflict):
    """There is nothing to count."""

    code, title = "nothing_to_count", "Nothing to count"


class Held:
    """A place at which work stops until it is let go."""

    def __init__(self) -> None:
        self.reached, self.open = asyncio.Event(), asyncio.Event()

    async def pass_through(self) -> None:
        """Say that it was reached, and wait."""
        self.reached.set()
        await self.open.wait()


# Places within and between steps, by tenant and number of the step; what happens instead of a step, by the same.
WITHIN: dict[tuple[str, int], Held] = {}
AFTER: dict[tuple[str, int], Held] = {}
TROUBLE: dict[tuple[str, int], BaseException] = {}
# How each operation ended, as the hook saw it.
ENDED: list[tuple[str, str]] = []


async def count(job: Job) -> Result | None:
    """Count as far as `upto` says, one a step; `notes` is what the caller sees of them."""
    for number in range(job.checkpoint or 0, job.arguments["upto"]):
        place = (job.tenant_id, number)
        async with job.step() as tx:
            await tx.add(counted, id=tx.new_id("one"), at=tx.now)
            seen = (await tx.one(_COUNT))["count"]
            job.progress(done=number + 1, total=job.arguments["upto"], counts={"notes": seen}, checkpoint=number + 1)
            if place in WITHIN:
                await WITHIN[place].pass_through()
            if place in TROUBLE:
                raise TROUBLE[place]
        if place in AFTER:
            await AFTER[place].pass_through()
    return Result("note", "note_1", "notes") if job.arguments.get("result") else None


async def fall_back(job: Job) -> None:
    """Say that ever less is done."""
    for done in (7, 3, 5):
        async with job.step():
            job.progress(done=done)


async def wait(job: Job) -> None:
    """Wait until something has been counted in the tenant."""
    async with job.step() as tx:
        there = await tx.connection.fetchval("SELECT count(*) FROM counted WHERE tenant_id = $1", tx.tenant_id)
    if not there:
        raise Later(3600)


async def ended(tx: Tx, row: Mapping[str, Any]) -> None:
    """Keep how an operation has ended."""
    ENDED.append((row["id"], row["status"]))


WORK = [Work("count", count, ended), Work("fall_back", fall_back), Work("wait", wait)]
COUNTS = Router("counts")


class CountIn(Body):
    upto: int


@COUNTS.post(permission="notes:write", returns=PLUMBING.operations.resource, out=OperationOut, status=202)
async def count_up(body: CountIn, tx: params.Tx) -> Any:
    """Count in the background."""
    return await begin(tx, kind="count", arguments={"upto": body.upto}, total=body.upto, unit="ones")


def outage() -> Exception:
    """Trouble that passes by itself."""
    return Unavailable()
