"""What resolved cases tell of matching."""

from datetime import datetime
from typing import Literal

from shared.web.models import Out


class MeasuredShareOut(Out):
    """A share as a decimal, with the bounds of its 95 % interval (Wilson); all null where nothing was counted."""

    value: str | None
    low: str | None
    high: str | None


class ThresholdReportOut(Out):
    """Had a match begun at this score: how many were called one, how many of them rightly, and how many were missed."""

    threshold: str
    called_same: int
    correct: int
    missed: int
    precision: MeasuredShareOut
    recall: MeasuredShareOut


class SignalReportOut(Out):
    """A signal of the score: in how many pairs it spoke, and in how many of these the customers were one."""

    signal: str
    spoke: int
    same: int
    precision: MeasuredShareOut


class ConflictReport(Out):
    """How right matching has been on pairs that people have decided; what nobody looked at is not in it."""

    object: Literal["conflict_report"] = "conflict_report"
    labels: int
    same: int
    different: int
    labelled_from: datetime | None
    labelled_to: datetime | None
    engine_versions: list[str]
    thresholds: list[ThresholdReportOut]
    signals: list[SignalReportOut]
