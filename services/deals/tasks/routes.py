"""The noun `deal-tasks`."""

from services.deals.tasks import commands
from services.deals.tasks.queries import DEAL_TASKS
from services.deals.tasks.schemas import DealTaskIn, DealTaskOut, DealTaskPatch
from shared.db.resource import Row
from shared.errors import AlreadyExists, NotFound
from shared.web.params import Principal, Tx, Version
from shared.web.router import Router

router = Router("deal-tasks")
router.lists(DEAL_TASKS, DealTaskOut, summary="Tasks of the vendor's staff about deals, newest first.")
router.reads(DEAL_TASKS, DealTaskOut, summary="One task.")
_WRITE = "deal-tasks:write"


@router.post(permission=_WRITE, returns=DEAL_TASKS, out=DealTaskOut, status=201, problems=[NotFound, AlreadyExists])
async def create_deal_task(body: DealTaskIn, tx: Tx, caller: Principal) -> Row:
    """Give a member of the staff something to do about a deal."""
    return await commands.enter(tx, body, caller=caller)


@router.patch(permission=_WRITE, returns=DEAL_TASKS, out=DealTaskOut)
async def change_deal_task(id: str, body: DealTaskPatch, tx: Tx, caller: Principal, version: Version) -> Row:
    """Change what is to be done, by whom and until when."""
    return await commands.change(tx, body, task_id=id, version=version, caller=caller)


@router.post("/{id}/complete", permission=_WRITE, returns=DEAL_TASKS, out=DealTaskOut)
async def complete_deal_task(id: str, tx: Tx, caller: Principal, version: Version) -> Row:
    """Mark a task as done."""
    return await commands.end(tx, task_id=id, action="complete", version=version, caller=caller)


@router.post("/{id}/cancel", permission=_WRITE, returns=DEAL_TASKS, out=DealTaskOut)
async def cancel_deal_task(id: str, tx: Tx, caller: Principal, version: Version) -> Row:
    """Mark a task as not needed any more."""
    return await commands.end(tx, task_id=id, action="cancel", version=version, caller=caller)
