"""The tables of imports, the same in every service's schema."""

from dataclasses import dataclass, field
from typing import Final

from sqlalchemy import Column, Index, Integer, MetaData, Table
from sqlalchemy import text as sql

from shared.db.columns import document, entity, identifier, instant, integer, key, record, text
from shared.db.resource import Resource
from shared.db.walls import partner_wall
from shared.imports.lifecycle import LIFECYCLE

NOUN: Final = "imports"
ROW_STATES: Final = (
    *("new", "valid", "invalid", "created", "updated", "unchanged", "failed"),
    *("removed", "restored", "left"),
)


@dataclass(frozen=True)
class ImportTables:
    """What callers see of imports and of what is wrong with their rows; the rows, chunks and keys they consist of."""

    shown: Table
    rows: Table
    chunks: Table
    keys: Table
    faults: Table
    resource: Resource = field(init=False)
    errors: Resource = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "resource", _resource(self.shown))
        object.__setattr__(self, "errors", _errors(self.faults))


def import_tables(metadata: MetaData) -> ImportTables:
    """Declare the imports of a service.

    `whose` is the partner for whom one was begun, or the account on the vendor's side: both walls go by it. Rows hold what
    was sent and what was there before until the import can no longer be taken back.
    """
    shown = entity(
        "imports",
        metadata,
        identifier("whose"),
        identifier("partner_id", null=True),
        identifier("created_by"),
        text("target"),
        text("format", check=("csv", "rows")),
        text("mode", check=("create", "upsert")),
        text("external_system", null=True),
        document("mapping", null=True),
        document("options"),
        text("status", check=LIFECYCLE.states),
        integer("rows"),
        integer("chunks"),
        document("counts"),
        identifier("operation_id", null=True),
        instant("validated_at", null=True),
        instant("finished_at", null=True),
        instant("rollback_until", null=True),
        Index("imports_newest", "tenant_id", "created_at", "id"),
        Index("imports_by_target", "tenant_id", "target", "created_at", "id"),
        Index("imports_by_status", "tenant_id", "status", "created_at", "id"),
        Index("imports_whose", "tenant_id", "whose", "created_at", "id"),
        Index("imports_operation", "tenant_id", "operation_id"),
        wall=partner_wall("whose"),
    )
    rows = record(
        "import_rows",
        metadata,
        key("import_id"),
        _number("number"),
        identifier("whose"),
        document("source"),
        document("body", null=True),
        text("status", check=ROW_STATES),
        text("action", null=True, check=("create", "update", "unchanged")),
        identifier("object_id", null=True),
        document("before", null=True),
        # Whatever brought an object is found when what it says of people is erased.
        Index("import_rows_object", "tenant_id", "object_id", postgresql_where=sql("object_id IS NOT NULL")),
        wall=partner_wall("whose"),
    )
    chunks = record(
        "import_chunks",
        metadata,
        key("import_id"),
        _number("sequence"),
        identifier("whose"),
        text("digest"),
        wall=partner_wall("whose"),
    )
    keys = record(
        "import_keys",
        metadata,
        key("import_id"),
        key("key"),
        identifier("whose"),
        integer("number"),
        wall=partner_wall("whose"),
    )
    faults = entity(
        "import_faults",
        metadata,
        identifier("whose"),
        identifier("import_id"),
        integer("row"),
        text("pointer"),
        text("column", null=True),
        text("code"),
        text("detail"),
        Index("import_faults_of_import", "tenant_id", "import_id", "row", "id"),
        wall=partner_wall("whose"),
        audited=False,
    )
    return ImportTables(shown, rows, chunks, keys, faults)


def _number(name: str) -> Column[int]:
    return Column(name, Integer, primary_key=True, autoincrement=False)


def _resource(shown: Table) -> Resource:
    return Resource(
        "import",
        shown,
        (
            *(
                "target",
                "format",
                "mode",
                "external_system",
                "mapping",
                "options",
                "status",
                "rows",
                "chunks",
                "counts",
            ),
            *("operation_id", "partner_id", "created_by", "validated_at", "finished_at", "rollback_until"),
        ),
        permission="imports:read",
        filters=("status", "target", "created_at"),
        lifecycle=LIFECYCLE,
    )


def _errors(faults: Table) -> Resource:
    return Resource(
        "import_row_error",
        faults,
        ("import_id", "row", "pointer", "column", "code", "detail"),
        permission="imports:read",
        sorts=("row",),
        filters=("row", "code"),
        worded={"detail": "sentence"},
    )
