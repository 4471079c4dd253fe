"""The states of a transfer and of the consents it asks for. Pure."""

from typing import Final

from shared.errors import Conflict
from shared.lifecycle import Lifecycle, move


class TransferOpen(Conflict):
    """The registration is being transferred already."""

    code, title = "transfer_open", "A transfer is open"


TRANSFER_LIFECYCLE: Final = Lifecycle(
    ("open", "completed", "refused", "cancelled"),
    move("override", "open", permission="deal-transfers:approve", to="completed", by="vendor"),
    move("cancel", "open", permission="deal-transfers:approve", to="cancelled", by="vendor"),
    initial=("open", "completed"),
    # The partners' consents complete it; one refusal ends it, and so does the end of its deal.
    by_itself={"open": ("completed", "refused", "cancelled")},
)
CONSENT_LIFECYCLE: Final = Lifecycle(
    ("asked", "given", "refused", "superseded"),
    move("give", "asked", permission="deals:write", to="given", by="partner"),
    move("refuse", "asked", permission="deals:write", to="refused", by="partner"),
    by_itself={"asked": ("superseded",)},
)
