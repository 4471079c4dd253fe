"""What can be entered as evidence, and who takes it back. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Literal

from shared.auth.principal import Caller
from shared.auth.sides import is_vendor_side
from shared.errors import Conflict, Fault
from shared.lifecycle import Lifecycle, move

Side = Literal["partner", "vendor"]
SIDES: Final[tuple[Side, ...]] = ("partner", "vendor")
LIFECYCLE: Final = Lifecycle(
    ("provided", "withdrawn"),
    move("withdraw", "provided", permission="deals:write", to="withdrawn"),
)


class OthersEvidence(Conflict):
    """Evidence is taken back by the side that has given it."""

    code, title = "others_evidence", "Given by the other side"


class NoFile(Conflict):
    """This evidence has no file; it is a text or a link."""

    code, title = "no_file", "There is no file"


@dataclass(frozen=True, slots=True)
class StoredFile:
    """An upload as its keeper knows it; `owner` is a partner's id, or the vendor's side."""

    id: str
    owner: str
    name: str
    sha256: str


def side_of(caller: Caller) -> Side:
    """Return the side that somebody acts for."""
    return "vendor" if is_vendor_side(caller) else "partner"


def faults_of_evidence(
    *, type_: str, types: Collection[str], happened_on: date, today: date, has_content: bool
) -> list[Fault]:
    """Return what is wrong with a piece of evidence: it is of a known type, of a day that has begun, and shows something."""
    faults: list[Fault] = []
    if type_ not in types:
        faults.append(Fault("/type", "unknown_type", f"The types are {', '.join(types)}."))
    if happened_on > today:
        faults.append(Fault("/happened_on", "in_the_future", "Evidence is of a day that has begun."))
    if not has_content:
        faults.append(Fault("/file_id", "required", "Evidence is a file, a link or a text."))
    return faults


def is_theirs(file: StoredFile, *, side: Side, partner_id: str) -> bool:
    """Tell whether a side may give a file as evidence for a partner's deal: it is the partner's, or the vendor its own."""
    return file.owner == partner_id or (side == "vendor" and file.owner == "vendor")


def not_to_withdraw(row: Mapping[str, Any], caller: Caller) -> frozenset[str]:
    """Return the actions that a piece of evidence keeps from a caller: what the other side gave stays."""
    return frozenset() if row["side"] == side_of(caller) else frozenset({"withdraw"})
