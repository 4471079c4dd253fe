"""Which actions and fields of a row are open to whoever looks at it. Pure."""

from functools import partial

from shared.auth.principal import Caller
from shared.auth.scopes import Reach
from shared.lifecycle import Lifecycle


def allowances(
    lifecycle: Lifecycle, caller: Caller, status: str, mine: bool, below: bool, out: tuple[str, ...], *, reading: str
) -> dict[str, list[str]]:
    """Return `allowed_actions` and `editable_fields` of rows in a state, which the caller reads by the permission `reading`.

    `mine` says whether they are the caller's own, `below` whether they are of another partner, seen from above; `out` names
    the actions and fields that the rows themselves keep from the caller, `edit` every change.
    """
    moves = [each for each in lifecycle.allowed(status) if each.by in (None, caller.kind)]
    may = partial(_may, caller, reading=reading, mine=mine, below=below)
    actions = [each.action for each in moves if each.action not in out and may(each.permission)]
    writes = f"{reading.partition(':')[0]}:write"
    editable = lifecycle.editable_fields(status) if may(writes) and "edit" not in out else ()
    hidden = {*out, *(lifecycle.vendor_fields if caller.kind == "partner" else ())}
    return {"allowed_actions": actions, "editable_fields": [each for each in editable if each not in hidden]}


def _may(caller: Caller, permission: str, *, reading: str, mine: bool, below: bool) -> bool:
    """Whether a permission goes as far as a row that is seen: to others' rows, to partners below, to all that one reads."""
    reach = caller.reach(permission)
    if reach is None or (below and reach is not Reach.SUBTREE):
        return False
    if reach is Reach.ASSIGNED and caller.reach(reading) is Reach.ALL:
        # Which of all partners are assigned is not in the row.
        return False
    return mine or caller.own(permission) is None
