"""Tasks about deals: for those of the vendor's staff who see the deal's partner, and never for that partner."""

from typing import Final

from sqlalchemy import Index

from services.deals.metadata import METADATA
from shared.db.columns import day, entity, identifier, instant, text
from shared.db.walls import partner_wall
from shared.lifecycle import Lifecycle, move

_FACTS: Final = ("title", "assignee_id", "due_on")
LIFECYCLE: Final = Lifecycle(
    ("open", "done", "cancelled"),
    move("complete", "open", permission="deal-tasks:write", to="done", by="vendor"),
    move("cancel", "open", permission="deal-tasks:write", to="cancelled", by="vendor"),
    editable={"open": _FACTS},
    vendor_fields=_FACTS,
)

deal_tasks = entity(
    "deal_tasks",
    METADATA,
    identifier("deal_id"),
    identifier("partner_id"),
    text("title"),
    identifier("assignee_id"),
    day("due_on"),
    text("status", check=LIFECYCLE.states),
    instant("overdue_at", null=True),
    identifier("created_by"),
    identifier("ended_by", null=True),
    instant("ended_at", null=True),
    Index("deal_tasks_newest", "tenant_id", "created_at", "id"),
    Index("deal_tasks_due", "tenant_id", "due_on", "id"),
    Index("deal_tasks_deal", "tenant_id", "deal_id", "created_at", "id"),
    Index("deal_tasks_assignee", "tenant_id", "assignee_id", "due_on", "id"),
    Index("deal_tasks_partner", "tenant_id", "partner_id", "created_at", "id"),
    wall=partner_wall(internal=True),
)
