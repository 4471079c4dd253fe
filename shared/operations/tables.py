"""The tables of operations, the same in every service's schema: what callers see, and what the machinery works by."""

from dataclasses import dataclass, field
from typing import Final

from sqlalchemy import Index, MetaData, Table

from shared.auth.principal import Caller
from shared.db.columns import bigint, document, entity, flag, identifier, instant, integer, key, record, text
from shared.db.resource import Resource, Row, group
from shared.db.walls import partner_wall, plumbing_wall
from shared.operations.lifecycle import LIFECYCLE

NOUN: Final = "operations"


@dataclass(frozen=True)
class OperationTables:
    """What callers see of operations, and the runs of those that have not ended."""

    shown: Table
    runs: Table
    resource: Resource = field(init=False)
    """How operations look; what an operation that starts one gives as `returns`."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "resource", _resource(self.shown))


def operation_tables(metadata: MetaData) -> OperationTables:
    """Declare the operations of a service.

    `whose` is the partner for whom one was started, or the account on the vendor's side: both walls go by it. A run holds
    the caller's rights and where the work has come to; it belongs to `holder` until `due_at`, and `fence` counts holders.
    """
    shown = entity(
        "operations",
        metadata,
        identifier("whose"),
        text("kind"),
        text("status", check=LIFECYCLE.states),
        bigint("done"),
        bigint("total", null=True),
        text("unit", null=True),
        document("counts"),
        document("result", null=True),
        document("problem", null=True),
        identifier("partner_id", null=True),
        identifier("created_by"),
        identifier("cancelled_by", null=True),
        flag("cancellable"),
        instant("started_at", null=True),
        instant("finished_at", null=True),
        Index("operations_newest", "tenant_id", "created_at", "id"),
        Index("operations_whose", "tenant_id", "whose", "created_at", "id"),
        Index("operations_created_by", "tenant_id", "created_by", "created_at", "id"),
        wall=partner_wall("whose"),
        # Its steps are audited as what they change. Progress is not worth a record, and nobody makes one by hand.
        audited=False,
        owned_by="created_by",
    )
    runs = record(
        "operation_runs",
        metadata,
        key("operation_id"),
        text("kind"),
        document("caller"),
        text("request_id", null=True),
        document("arguments"),
        document("checkpoint", null=True),
        instant("due_at"),
        text("holder", null=True),
        bigint("fence"),
        integer("attempts"),
        text("error", null=True),
        Index("operation_runs_due", "due_at"),
        wall=plumbing_wall("all"),
    )
    return OperationTables(shown, runs)


def _resource(shown: Table) -> Resource:
    return Resource(
        "operation",
        shown,
        (
            *("kind", "status"),
            group("progress", done="done", total="total", unit="unit"),
            *("counts", "result", "problem", "partner_id", "created_by", "cancelled_by", "started_at", "finished_at"),
        ),
        permission="operations:read",
        filters=("status", "kind", "created_at"),
        lifecycle=LIFECYCLE,
        noun=NOUN,
        ruled_out=_ruled_out,
        worded={"problem": "problem"},
    )


def _ruled_out(row: Row, caller: Caller) -> tuple[str, ...]:
    """The tables of the services differ in nothing but their schema; what cannot be stopped is not offered to be."""
    return () if row["cancellable"] else ("cancel",)
