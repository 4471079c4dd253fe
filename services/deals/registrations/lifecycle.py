"""The states of a deal: SPEC D-a."""

from typing import Final

from shared.lifecycle import Lifecycle, move

_STATES: Final = (
    *("draft", "submitted", "in_review", "pending_approval", "returned", "approved", "rejected"),
    *("withdrawn", "won", "lost", "expired", "revoked", "transferred"),
)
# Asked for and not ended: it counts for a quota, and the partner cannot ask for the same beside it.
STANDING: Final = ("submitted", "in_review", "pending_approval", "returned", "approved")
# Not ended, whether or not it was asked for.
LIVE: Final = ("draft", *STANDING)
# What another system calls a deal can be said at any time: nobody decides by it.
_NAMES: Final = ("external_references",)
_NOTES: Final = ("metadata", "custom_fields", *_NAMES)
# Where it is for decides, with customer and product, whom it meets: once it is approved, that stands.
_DRAFTED: Final = ("territories",)
_FACTS: Final = ("title", "customer", "product_family", "amount", "expected_close_on", "next_step", *_NOTES)

LIFECYCLE: Final = Lifecycle(
    _STATES,
    move(
        *("submit", "draft", "returned"),
        permission="deals:write",
        to=("submitted", "in_review", "pending_approval", "approved", "rejected", "withdrawn"),
    ),
    move(
        *("withdraw", "submitted", "in_review", "pending_approval", "returned"),
        permission="deals:write",
        # What had expired before it came back is expired again.
        to=("withdrawn", "expired"),
    ),
    move("route", "in_review", permission="deals:approve", to="pending_approval", by="vendor"),
    move("return", "in_review", permission="deals:approve", to="returned", by="vendor"),
    move("approve", "in_review", permission="deals:approve", to="approved", by="vendor"),
    move("reject", "in_review", permission="deals:approve", to=("rejected", "expired"), by="vendor"),
    move("appeal", "rejected", permission="deals:write", to="in_review"),
    move("revoke", "approved", permission="deals:approve", to="revoked", by="vendor"),
    # Whatever may go on has somebody whose own it is.
    move("assign", *LIVE, "rejected", "lost", "expired", permission="deals:assign"),
    move("stage", "approved", permission="deals:write"),
    move("win", "approved", "expired", permission="deals:write", to="won"),
    move("lose", "approved", permission="deals:write", to="lost"),
    move("reopen", "lost", permission="deals:write", to=("approved", "in_review")),
    move("extend", "approved", permission="deals:write"),
    move("transfer", "approved", permission="deals:approve", to="transferred", by="vendor"),
    move("reinstate", "expired", permission="deals:approve", to=("approved", "in_review"), by="vendor"),
    editable={
        **dict.fromkeys(_STATES, _NAMES),
        **dict.fromkeys(("draft", "returned"), (*_DRAFTED, *_FACTS)),
        # What of it asks for a new decision is said in services/deals/reopening/rules.py.
        "approved": _FACTS,
    },
    by_itself={
        "submitted": ("in_review", "pending_approval", "approved", "rejected"),
        # Where its partner is terminated.
        **dict.fromkeys(("in_review", "returned"), ("withdrawn", "expired")),
        "pending_approval": ("in_review", "approved", "rejected", "returned", "withdrawn", "expired"),
        "approved": ("expired", "in_review", "pending_approval", "rejected"),
    },
)
