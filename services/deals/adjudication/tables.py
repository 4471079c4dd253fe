"""What people have said of pairs of companies: the labels by which matching is measured."""

from sqlalchemy import Index

from services.deals.metadata import METADATA
from shared.db.columns import document, identifier, instant, key, record, text
from shared.db.walls import vendor_wall

conflict_labels = record(
    "conflict_labels",
    METADATA,
    key("case_id"),
    key("deal_id"),
    text("label", check=("same", "different")),
    # As the engine had it: decimals by the name of the signal.
    text("score"),
    document("features"),
    text("engine_version"),
    identifier("labelled_by"),
    instant("labelled_at"),
    Index("conflict_labels_newest", "tenant_id", "labelled_at", "case_id", "deal_id"),
    wall=vendor_wall(),
)
