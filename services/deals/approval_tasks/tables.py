"""Rounds of approval, and the tasks in them. Who approves what is the vendor's own affair: partners see none of it."""

from typing import Final

from sqlalchemy import Column, Index, Integer
from sqlalchemy import text as sql

from services.deals.metadata import METADATA
from shared.db.columns import document, entity, flag, identifier, instant, integer, key, record, text
from shared.db.walls import vendor_wall
from shared.lifecycle import Lifecycle, move

_APPROVE: Final = "approval-tasks:approve"
TASK_LIFECYCLE: Final = Lifecycle(
    ("open", "approved", "rejected", "returned", "superseded"),
    move("approve", "open", permission=_APPROVE, to="approved", by="vendor"),
    move("reject", "open", permission=_APPROVE, to="rejected", by="vendor"),
    move("return", "open", permission=_APPROVE, to="returned", by="vendor"),
    move("delegate", "open", permission=_APPROVE, by="vendor"),
    # Others have answered, or there is nothing to answer any more.
    by_itself={"open": ("superseded",)},
)

# One each time that a deal goes through the steps of a policy.
approval_rounds = record(
    "approval_rounds",
    METADATA,
    key("deal_id"),
    Column("round", Integer, primary_key=True),
    integer("policy_version"),
    document("steps"),
    # Those who have had a hand in the deal, and never decide about it.
    document("barred"),
    integer("place"),
    instant("opened_at"),
    instant("due_at"),
    integer("calendar_version"),
    instant("escalated_at", null=True),
    instant("ended_at", null=True),
    wall=vendor_wall(),
)

# One for every account that is asked.
approval_tasks = entity(
    "approval_tasks",
    METADATA,
    identifier("deal_id"),
    identifier("partner_id"),
    integer("round"),
    text("step"),
    # The places of the approvers for whom the account can speak.
    document("places"),
    text("role", null=True),
    text("team_role", null=True),
    identifier("account_id"),
    identifier("delegated_from", null=True),
    document("delegates"),
    flag("escalated"),
    text("status", check=TASK_LIFECYCLE.states),
    instant("due_at"),
    text("reason", null=True),
    instant("decided_at", null=True),
    Index("approval_tasks_newest", "tenant_id", "created_at", "id"),
    Index("approval_tasks_deal", "tenant_id", "deal_id", "created_at", "id"),
    Index("approval_tasks_account", "tenant_id", "account_id", "created_at", "id"),
    Index("approval_tasks_partner", "tenant_id", "partner_id", "created_at", "id"),
    Index("approval_tasks_due", "tenant_id", "due_at", "id"),
    Index("approval_tasks_status", "tenant_id", "status", "created_at", "id"),
    # However many hats somebody wears: one task a step, and one answer.
    Index(
        "approval_tasks_once",
        *("tenant_id", "deal_id", "round", "step", "account_id"),
        unique=True,
        postgresql_where=sql("status <> 'superseded'"),
    ),
    wall=vendor_wall(),
)
