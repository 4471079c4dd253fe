"""Reading tasks."""

from services.deals.tasks.tables import LIFECYCLE, deal_tasks
from shared.db.resource import Resource

DEAL_TASKS = Resource(
    "deal_task",
    deal_tasks,
    (
        "deal_id",
        "partner_id",
        "title",
        "assignee_id",
        "due_on",
        "status",
        "overdue_at",
        "created_by",
        "ended_by",
        "ended_at",
    ),
    expands={"deal_id": "deals", "partner_id": "partners"},
    permission="deal-tasks:read",
    sorts=("created_at", "due_on"),
    filters=("status", "deal_id", "partner_id", "assignee_id", "due_on"),
    lifecycle=LIFECYCLE,
)
