"""The states of webhook endpoints and of deliveries to them."""

from typing import Final

from shared.lifecycle import Lifecycle, move

_WRITE: Final = "webhook-endpoints:write"
_FIELDS: Final = ("url", "description", "types", "status")

ENDPOINT: Final = Lifecycle(
    ("enabled", "disabled"),
    move("test", "enabled", "disabled", permission=_WRITE),
    move("recover", "enabled", permission=_WRITE),
    move("rotate-secret", "enabled", "disabled", permission=_WRITE),
    editable={"enabled": _FIELDS, "disabled": _FIELDS},
    # Its `status` is changed as any other field, and by what it answers for days.
    by_itself={"enabled": ("disabled",), "disabled": ("enabled",)},
)
DELIVERY: Final = Lifecycle(
    ("pending", "succeeded", "failed"),
    move("retry", "pending", "succeeded", "failed", permission=_WRITE, to="pending"),
    by_itself={"pending": ("succeeded", "failed")},
)
