"""The states of an order."""

from typing import Final

from shared.lifecycle import Lifecycle, move

STATES: Final = (
    *("draft", "submitted", "validated", "accepted", "rejected"),
    *("part_fulfilled", "fulfilled", "invoiced", "closed", "cancelled"),
)
_BEFORE_ACCEPTANCE: Final = ("draft", "submitted", "validated")
_DELIVERED: Final = ("part_fulfilled", "fulfilled", "invoiced", "closed")
# What was handed in and passed, of which something is still to be delivered.
UNDELIVERED: Final = ("validated", "accepted", "part_fulfilled")

LIFECYCLE: Final = Lifecycle(
    STATES,
    move("submit", "draft", permission="orders:write", to=("submitted", "validated", "accepted", "rejected")),
    move("validate", "submitted", permission="orders:approve", to="validated", by="vendor"),
    move("accept", "validated", permission="orders:approve", to="accepted", by="vendor"),
    move("reject", "submitted", "validated", permission="orders:approve", to="rejected", by="vendor"),
    move("cancel", *_BEFORE_ACCEPTANCE, "accepted", permission="orders:write", to="cancelled"),
    move(
        "fulfil",
        *("accepted", "part_fulfilled"),
        permission="orders:write",
        to=("part_fulfilled", "fulfilled", "invoiced"),
        by="vendor",
    ),
    move(
        "invoice",
        *("accepted", *_DELIVERED),
        permission="orders:write",
        to=("accepted", *_DELIVERED),
        by="vendor",
    ),
    move("credit", "accepted", *_DELIVERED, "cancelled", permission="orders:write", by="vendor"),
    move("return", *_DELIVERED, permission="orders:write", by="vendor"),
    move("close", "part_fulfilled", "fulfilled", "invoiced", permission="orders:write", to="closed", by="vendor"),
    editable={
        "draft": ("number", "due_on", "lines", "credit_hold"),
        **dict.fromkeys(("submitted", "validated"), ("credit_hold",)),
    },
    vendor_fields=("credit_hold",),
)
