"""The states of protection claims and of requests for more time.

Decisions about its deal make and end a claim; only its clock is stopped and started.
"""

from typing import Final

from shared.lifecycle import Lifecycle, move

CLAIM_LIFECYCLE: Final = Lifecycle(
    ("pending", "active", "released", "expired", "transferred"),
    move("pause", "active", permission="protection-claims:approve", by="vendor"),
    move("resume", "active", permission="protection-claims:approve", by="vendor"),
    by_itself={
        "pending": ("active", "released"),
        "active": ("released", "expired", "transferred"),
        "released": ("pending", "active"),
        "expired": ("active",),
    },
)
EXTENSION_LIFECYCLE: Final = Lifecycle(
    ("asked", "granted", "refused", "superseded"),
    move("approve", "asked", permission="protection-extensions:approve", to="granted", by="vendor"),
    move("refuse", "asked", permission="protection-extensions:approve", to="refused", by="vendor"),
    initial=("asked", "granted"),
    # A deal that ends takes its request along.
    by_itself={"asked": ("superseded",)},
)
