"""Bodies of imports."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from shared.web.models import Body, Code, Currency, LifecycleOut, Out, ResourceOut

Column = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Path = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Format = Annotated[
    Literal["csv", "rows"], Field(description="`csv` is text with a header line, `rows` are objects in JSON.")
]
Mode = Annotated[
    Literal["create", "upsert"],
    Field(description="`create` makes every row an object, `upsert` changes those that are known by their id."),
]
Action = Annotated[Literal["create", "update", "unchanged"], Field(description="What a run would do with the row.")]


class ImportOptionsIn(Body):
    """How the rows are to be read: `delimiter` of CSV, found out where left out, and the currency of amounts that name none."""

    delimiter: Annotated[
        Literal["comma", "semicolon", "tab"] | None,
        Field(description="What separates cells; found out where left out."),
    ] = None
    currency: Currency | None = None


class ImportIn(Body):
    """A new import. `mapping` names for each column the field it fills, such as `company.name`, `amount` or `external_id`.

    Without a mapping the columns are such paths themselves, and rows are bodies as `POST` takes them. `external_id` is the
    row's id in the `external_system`; with `upsert` a row whose id is known changes its object.
    """

    object: Code = Field(description="What a row is: `lead`, `deal`, `partner`, `person`, `customer`.")
    format: Format = "csv"
    mapping: Annotated[dict[Column, Path], Field(max_length=200, min_length=1)] | None = None
    mode: Mode = "create"
    external_system: Code | None = None
    options: ImportOptionsIn = ImportOptionsIn()


class ImportRowsIn(Body):
    """The next chunk of rows: `csv` with the header line, or `rows`; `sequence` counts the chunks from one."""

    sequence: Annotated[int, Field(ge=1, le=1_000_000, examples=[1])]
    csv: Annotated[str, Field(max_length=1_000_000)] | None = None
    rows: Annotated[list[dict[str, Any]], Field(max_length=5_000)] | None = None


class ImportRunIn(Body):
    """Whether to leave out the rows that are invalid; otherwise they are in the way."""

    only_valid: bool = False


class ImportOptionsOut(Out):
    """How the rows are read."""

    delimiter: str | None
    currency: str | None


class ImportCountsOut(Out):
    """Rows by what would become, and what became, of them; `to_create`, `to_update` and `unchanged` are of valid rows."""

    to_create: int
    to_update: int
    unchanged: int
    invalid: int
    created: int
    updated: int
    failed: int
    removed: int
    restored: int
    left: int


class ImportOut(LifecycleOut):
    """An import: what the rows are, how they are read, and how far they have come."""

    target: str
    format: Format
    mode: Mode
    external_system: str | None
    mapping: dict[str, str] | None
    options: ImportOptionsOut
    rows: int
    chunks: int
    counts: ImportCountsOut
    operation_id: str | None
    partner_id: str | None
    created_by: str
    validated_at: datetime | None
    finished_at: datetime | None
    rollback_until: datetime | None = Field(description="Null once, or as long as, there is nothing to take back.")


class ImportListOut(Out):
    """Imports of all services. `unavailable` names the services that gave no answer in time: theirs are missing here."""

    object: Literal["list"]
    data: list[ImportOut]
    has_more: bool
    next_cursor: str | None
    unavailable: list[str]


class ImportRowErrorOut(ResourceOut):
    """One thing wrong with a row: the field by its JSON pointer, and the column where one went there."""

    import_id: str
    row: int
    pointer: str
    column: str | None
    code: str
    detail: str


class ImportPreviewRowOut(Out):
    """What would become of a row: the id of the object it would change, and the body as it was understood."""

    row: int
    action: Action
    existing: str | None
    body: dict[str, Any]


class ImportPreviewOut(Out):
    """What a run would do: counts, and the first rows."""

    object: Literal["import_preview"]
    import_id: str
    counts: ImportCountsOut
    rows: list[ImportPreviewRowOut]
