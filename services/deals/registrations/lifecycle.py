"""The states of a deal: SPEC D-a, with the stages of the default pipeline."""

from typing import Final

from shared.lifecycle import Lifecycle, move

_FACTS: Final = ("title", "customer", "product_family", "amount", "expected_close_on", "metadata")

LIFECYCLE: Final = Lifecycle(
    (
        "draft",
        "submitted",
        "in_review",
        "returned",
        "approved",
        "rejected",
        "withdrawn",
        "won",
        "lost",
        "expired",
        "revoked",
    ),
    move("submit", "draft", "returned", permission="deals:write"),
    move("withdraw", "submitted", "in_review", "returned", permission="deals:write"),
    move("return", "in_review", permission="deals:approve"),
    move("approve", "in_review", permission="deals:approve"),
    move("reject", "in_review", permission="deals:approve"),
    move("revoke", "approved", permission="deals:approve"),
    move("stage", "approved", permission="deals:write"),
    move("win", "approved", "expired", permission="deals:write"),
    move("lose", "approved", permission="deals:write"),
    move("reopen", "lost", permission="deals:write"),
    editable={"draft": _FACTS, "returned": _FACTS, "approved": ("title", "expected_close_on", "metadata")},
)
VENDOR_ACTIONS: Final = frozenset({"return", "approve", "reject", "revoke"})

STAGES: Final = ("prospect", "qualified", "technical_validation", "business_validation", "committed")
# What must be known before a deal enters a stage.
REQUIRED_AT: Final = {
    "technical_validation": ("amount",),
    "business_validation": ("amount", "expected_close_on"),
    "committed": ("amount", "expected_close_on"),
}
