"""The states of a direct opportunity. Only an open one stands in a partner's way."""

from typing import Final

from shared.lifecycle import Lifecycle, move

_WRITE: Final = "direct-opportunities:write"
DETAILS: Final = ("title", "product_family", "territories", "opened_on")
LIFECYCLE: Final = Lifecycle(
    ("open", "won", "lost", "closed"),
    move("win", "open", permission=_WRITE, to="won", by="vendor"),
    move("lose", "open", permission=_WRITE, to="lost", by="vendor"),
    move("close", "open", permission=_WRITE, to="closed", by="vendor"),
    move("reopen", "won", "lost", "closed", permission=_WRITE, to="open", by="vendor"),
    editable={"open": DETAILS},
    vendor_fields=DETAILS,
)
