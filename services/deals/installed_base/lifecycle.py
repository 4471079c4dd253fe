"""The states of a licence."""

from typing import Final

from shared.lifecycle import Lifecycle, move

_APPROVE: Final = "licences:approve"
RUNNING: Final = ("trial", "active", "renewing")

LIFECYCLE: Final = Lifecycle(
    ("trial", "active", "renewing", "renewed", "lapsed", "cancelled"),
    move("activate", "trial", permission=_APPROVE, to="active", by="vendor"),
    move("renew", "active", "renewing", permission=_APPROVE, to="renewed", by="vendor"),
    # What was served is invoiced afterwards as well.
    move("invoice", "active", "renewing", "renewed", "lapsed", "cancelled", permission="licences:write", by="vendor"),
    # One that is renewed runs until its end, too.
    move("cancel", *RUNNING, "renewed", permission=_APPROVE, to="cancelled", by="vendor"),
    # A renewal that was prepared is prepared anew, unless it has gone to the new partner before.
    move("transfer", *RUNNING, permission=_APPROVE, to=RUNNING, by="vendor"),
    initial=("trial", "active"),
    by_itself={
        "trial": ("lapsed",),
        "active": ("renewing", "lapsed"),
        "renewing": ("renewed", "lapsed"),
        # A sale that was closed in time and is heard of late.
        "lapsed": ("renewed",),
        # Where the next term is called off before it begins.
        "renewed": ("active", "renewing"),
    },
)
