"""Who may do with an import what that does with its objects, and see what they are to be. Pure."""

from collections.abc import Mapping
from dataclasses import replace

from shared.auth.principal import Caller
from shared.auth.sides import vendor_only
from shared.db.resource import Resource, Row
from shared.errors import Forbidden
from shared.imports.lifecycle import LIFECYCLE, is_over
from shared.imports.objects import Importable

Objects = Mapping[str, Importable]
_WRITING, _READING = "imports:write", "imports:read"


def require_rights(caller: Caller, kind: Importable) -> None:
    """Raise Forbidden unless the caller may make such objects one by one, as far as it may import."""
    if kind.by == "vendor":
        vendor_only(caller)
    made, imported = kind.permission, _WRITING
    if caller.viewer(made) != caller.viewer(imported) or caller.own(made) != caller.own(imported):
        raise Forbidden("Your permission for these objects reaches less far than the one for imports.")


def require_sight(caller: Caller, kind: Importable, row: Row) -> None:
    """Raise Forbidden unless the caller may read such objects as far as it may read imports, or has sent these itself."""
    if row["created_by"] == caller.account_id:
        return
    caller.viewer(kind.reading)
    if (caller.reach(kind.reading) or 0) < (caller.reach(_READING) or 0):
        raise Forbidden("Your permission for these objects reaches less far than the one for imports.")


def shown_by(resource: Resource, objects: Objects) -> Resource:
    """Return imports of these objects as they are shown: nobody is offered what the objects keep from it."""

    def ruled_out(row: Row, caller: Caller) -> tuple[str, ...]:
        return kept_from(row, caller, objects=objects)

    return replace(resource, ruled_out=ruled_out)


def kept_from(row: Row, caller: Caller, *, objects: Objects) -> tuple[str, ...]:
    """Return the actions on an import that are not offered to a caller: all without the right to make its objects."""
    try:
        require_rights(caller, objects[row["target"]])
    except Forbidden:
        return tuple(LIFECYCLE.moves)
    return ("run", "rollback") if is_over(row) else ()
