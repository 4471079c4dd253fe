"""Why an import, or a part of it, is refused."""

from shared.errors import BadRequest, Conflict, Invalid


class ChunkOutOfOrder(Conflict):
    """Chunks are numbered from one, each after the one before; `next_sequence` says which is awaited."""

    code, title = "chunk_out_of_order", "Chunk out of order"


class ChunkDiffers(Conflict):
    """A chunk with this number has arrived already, with other rows in it."""

    code, title = "chunk_differs", "Another chunk has this number"


class TooManyRows(Conflict):
    """An import takes 100,000 rows; begin another one."""

    code, title = "too_many_rows", "Too many rows"


class NothingToImport(Conflict):
    """The import has no rows yet."""

    code, title = "nothing_to_import", "Nothing to import"


class RowsInvalid(Conflict):
    """Some rows are invalid: correct them in a new import, or say `only_valid` to leave them out."""

    code, title = "rows_invalid", "Some rows are invalid"


class RollbackClosed(Conflict):
    """An import can be taken back for 24 hours."""

    code, title = "rollback_closed", "Too late to roll back"


class RowsGone(Conflict):
    """The rows of this import are kept no longer: send what is missing in a new one."""

    code, title = "rows_gone", "Rows kept no longer"


class LeftAsItIs(Conflict):
    """The object was changed after the import and is left as it is."""

    code, title = "changed_since", "Changed since the import"


class DecidedUpon(Conflict):
    """The change was decided upon, and what was decided stands."""

    code, title = "decided_upon", "Decided upon"


class InUse(Conflict):
    """Other objects refer to this one, so it is left as it is."""

    code, title = "in_use", "In use"


class UnreadableCsv(Invalid):
    """The text is not CSV with a header line."""

    code, title = "unreadable_csv", "Unreadable CSV"


class UnknownObject(BadRequest):
    """Objects of this kind cannot be imported."""

    code, title = "unknown_object", "Cannot be imported"
