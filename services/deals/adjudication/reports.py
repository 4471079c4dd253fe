"""The report over what people have said of pairs."""

from typing import Final

from sqlalchemy import Integer, literal, select

from services.deals.adjudication.calibration import THRESHOLDS, Label, Share, at_threshold, by_signal
from services.deals.adjudication.report_schemas import (
    ConflictReport,
    MeasuredShareOut,
    SignalReportOut,
    ThresholdReportOut,
)
from services.deals.adjudication.tables import conflict_labels
from shared.auth.sides import vendor_only
from shared.db.read import Read
from shared.db.statements import TENANT, Statement

MOST_LABELS: Final = 10_000
_L = conflict_labels.c
_LATEST: Final = Statement(
    select(_L.label, _L.score, _L.features, _L.engine_version, _L.labelled_at)
    .where(_L.tenant_id == TENANT)
    .order_by(_L.labelled_at.desc(), _L.case_id.desc(), _L.deal_id.desc())
    .limit(literal(MOST_LABELS, Integer))
)


async def report(read: Read) -> ConflictReport:
    """Return precision and recall per threshold and signal over the latest labels; for the vendor."""
    vendor_only(read.caller)
    rows = await read.all(_LATEST)
    labels = [
        Label(
            row["label"] == "same",
            float(row["score"]),
            {signal: float(strength) for signal, strength in row["features"].items()},
        )
        for row in rows
    ]
    same = sum(each.same for each in labels)
    return ConflictReport(
        labels=len(labels),
        same=same,
        different=len(labels) - same,
        labelled_from=rows[-1]["labelled_at"] if rows else None,
        labelled_to=rows[0]["labelled_at"] if rows else None,
        engine_versions=sorted({row["engine_version"] for row in rows}),
        thresholds=[_threshold(labels, threshold) for threshold in THRESHOLDS],
        signals=[_signal(signal, share) for signal, share in by_signal(labels).items()],
    )


def _threshold(labels: list[Label], threshold: float) -> ThresholdReportOut:
    precision, recall = at_threshold(labels, threshold)
    return ThresholdReportOut(
        threshold=f"{threshold:.2f}",
        called_same=precision.whole,
        correct=precision.part,
        missed=recall.whole - recall.part,
        precision=_share(precision),
        recall=_share(recall),
    )


def _signal(signal: str, share: Share) -> SignalReportOut:
    return SignalReportOut(signal=signal, spoke=share.whole, same=share.part, precision=_share(share))


def _share(share: Share) -> MeasuredShareOut:
    interval = share.interval
    if interval is None:
        return MeasuredShareOut(value=None, low=None, high=None)
    low, high = interval
    return MeasuredShareOut(value=f"{share.part / share.whole:.4f}", low=f"{low:.4f}", high=f"{high:.4f}")
