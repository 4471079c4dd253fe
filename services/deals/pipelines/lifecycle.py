"""The states of a pipeline's version."""

from typing import Final

from shared.lifecycle import Lifecycle, move

PARTS: Final = ("name", "program", "stages", "won_reasons", "lost_reasons")
LIFECYCLE: Final = Lifecycle(
    ("draft", "published", "superseded", "retired"),
    move("publish", "draft", permission="pipelines:approve", to="published", by="vendor"),
    move("retire", "published", permission="pipelines:approve", to="retired", by="vendor"),
    editable={"draft": PARTS},
    vendor_fields=PARTS,
    by_itself={"published": ("superseded",)},
)
