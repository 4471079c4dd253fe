"""The states of an import."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from shared.lifecycle import Lifecycle, move

_WRITE: Final = "imports:write"

LIFECYCLE: Final = Lifecycle(
    (
        *("draft", "validating", "validated", "running"),
        *("succeeded", "failed", "cancelled", "rolling_back", "rolled_back"),
    ),
    move("validate", "draft", "validated", permission=_WRITE, to="validating"),
    move("run", "validated", "failed", "cancelled", permission=_WRITE, to="running"),
    move("rollback", "succeeded", "failed", "cancelled", permission=_WRITE, to="rolling_back"),
    by_itself={
        # A draft that nobody runs is given up after a week.
        **dict.fromkeys(("draft", "validated"), ("cancelled",)),
        "validating": ("validated", "draft"),
        "running": ("succeeded", "failed", "cancelled"),
        "rolling_back": ("rolled_back", "failed", "cancelled"),
    },
)
ROLLBACK: Final = timedelta(hours=24)
"""How long an import can be taken back, by business time."""
UNRUN: Final = timedelta(days=7)
"""How long rows are kept that nobody runs."""
MOST_ROWS: Final = 100_000


def is_over(row: Mapping[str, Any]) -> bool:
    """Tell whether nothing more comes of an import that has ended: what was sent with it is kept no longer."""
    return row["status"] in ("succeeded", "failed", "cancelled") and row["rollback_until"] is None
