"""Moving approved deals through the stages of their pipeline, and noticing those that stay too long."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from services.deals.directory.queries import Partner, active_partner, partner_of
from services.deals.pipelines.queries import pipeline_by_id, pipeline_of_deal
from services.deals.pipelines.rules import Pipeline, Stage, require_enterable, require_way
from services.deals.protection import commands as protection
from services.deals.registrations.lifecycle import LIFECYCLE
from services.deals.registrations.rules import completeness_of
from services.deals.registrations.tables import deals
from services.deals.stages.commands import OVERDUE, entered_at, keep
from services.deals.stages.schemas import StageIn
from shared.db.pool import Record
from shared.db.resource import Row
from shared.db.tx import Tx
from shared.errors import Fault, Invalid, InvalidTransition
from shared.events.catalog.deals import StageChanged, StageOverdue


async def move_to_stage(tx: Tx, body: StageIn, *, deal_id: str, version: int | None) -> Row:
    """Move an approved deal to another stage of its pipeline, or to a stage of another version of it.

    Raises Invalid naming every field and rule that the stage asks for and the deal lacks.
    """
    deal = await tx.lock_for(deals, deal_id, action="stage", lifecycle=LIFECYCLE, version=version)
    pipeline, changes = await pipeline_of_deal(tx, deal), body.pipeline_id not in (None, deal["pipeline_id"])
    if changes:
        pipeline = await _in_force(tx, deal, wanted=body.pipeline_id)
    stage = require_way(pipeline, old=deal["stage"], new=body.stage, reason=body.reason)
    if stage.code == deal["stage"] and not changes:
        raise InvalidTransition(f"The deal is in the stage {stage.code} already.")
    partner = await active_partner(tx, deal["partner_id"])
    require_enterable(stage, known=deal, facts=_facts(deal, partner, at=tx.now))
    is_back = pipeline.leads_back(deal["stage"], stage.code)
    moved = await _into(tx, deal, stage, pipeline_id=pipeline.id)
    await keep(tx, deal, moved, to=stage.code, direction="back" if is_back else "forward", reason=body.reason)
    if stage.code != deal["stage"]:
        event = StageChanged(
            deal_id=moved["id"], partner_id=moved["partner_id"], old_stage=deal["stage"], new_stage=stage.code
        )
        tx.emit(event, subject=moved, audience=[moved["partner_id"]])
    return moved


async def notice_overdue(tx: Tx, deal_id: str, _: Mapping[str, Any]) -> None:
    """Flag a deal that has been in its stage for longer than it may, and say so; a deal that has moved on is left alone."""
    deal = await tx.lock(deals, deal_id)
    stage = (await pipeline_of_deal(tx, deal)).stage(deal["stage"])
    if deal["status"] != "approved" or stage is None or deal["stage_overdue_at"] is not None:
        return
    due = stage.due(entered_at(deal))
    if due is None:
        return
    if due > tx.now:
        await tx.remind(OVERDUE, subject=deal_id, at=due)
        return
    overdue = await tx.update(deals, deal, stage_overdue_at=tx.now, stage_due_at=due)
    event = StageOverdue(
        deal_id=deal_id,
        partner_id=overdue["partner_id"],
        stage=overdue["stage"],
        entered_at=entered_at(deal),
        due_at=due,
    )
    tx.emit(event, subject=overdue, audience=[overdue["partner_id"]])


async def _in_force(tx: Tx, deal: Record, *, wanted: str | None) -> Pipeline:
    """Return the version that new deals of the partner begin in; raises Invalid when another one is wanted."""
    partner = await partner_of(tx, deal["partner_id"])
    if wanted != partner.pipeline_id:
        raise Invalid(
            errors=[
                Fault(
                    "/pipeline_id",
                    "not_in_force",
                    "A deal moves to the version that is in force for its partner's program.",
                )
            ]
        )
    return await pipeline_by_id(tx, wanted)


async def _into(tx: Tx, deal: Record, stage: Stage, *, pipeline_id: str | None) -> Record:
    due = stage.due(tx.now)
    if due is None:
        await tx.forget(OVERDUE, subject=deal["id"])
    else:
        await tx.remind(OVERDUE, subject=deal["id"], at=due)
    return await tx.update(
        deals,
        deal,
        stage=stage.code,
        pipeline_id=pipeline_id,
        stage_entered_at=tx.now,
        stage_due_at=due,
        stage_overdue_at=None,
        **await protection.keep_alive(tx, deal),
    )


def _facts(deal: Row, partner: Partner, *, at: datetime) -> dict[str, Any]:
    expected = deal["expected_close_on"]
    return {
        "deal.amount": deal["amount"],
        "deal.currency": deal["currency"],
        "deal.product_family": deal["product_family"],
        "deal.completeness": completeness_of(deal).percent,
        "deal.from_lead": deal["lead_id"] is not None,
        "deal.stage": deal["stage"],
        "deal.days_in_stage": (at - entered_at(deal)).days,
        "deal.days_to_close": None if expected is None else (expected - at.date()).days,
        "deal.custom_fields": {name: str(value) for name, value in deal["custom_fields"].items()},
        "customer.country": deal["customer_country"],
        "partner.tier": partner.tier,
    }
