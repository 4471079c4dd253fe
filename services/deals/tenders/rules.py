"""The states of a tender, and what can be set of it. Pure."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

from shared.errors import Conflict, Fault
from shared.lifecycle import Lifecycle, move

ENTERED: Final = "entered"
"""What the trace of a registration says that asked for the customer a tender is put out for."""
TAKEN_IN: Final = "taken_in"
"""What it says of one that came into the tender because its customer was merged."""
TERMS: Final = ("name", "closes_at", "terms")
LIFECYCLE: Final = Lifecycle(
    ("open", "closed", "awarded", "cancelled"),
    move("close", "open", permission="tenders:approve", to="closed", by="vendor"),
    move("award", "closed", permission="tenders:approve", to="awarded", by="vendor"),
    move("cancel", "open", "closed", permission="tenders:approve", to="cancelled", by="vendor"),
    editable={"open": TERMS},
    vendor_fields=TERMS,
    by_itself={"open": ("closed",)},
)


class TenderExists(Conflict):
    """A tender for this customer and product family is not decided yet."""

    code, title = "tender_exists", "Put out to tender already"


class TendersCollide(Conflict):
    """Both customers are out to tender for the same product family: award or cancel one of the two first."""

    code, title = "tenders_collide", "Both are out to tender"


class NotInTender(Conflict):
    """This deal is not a registration in the tender that could be awarded."""

    code, title = "not_in_tender", "Not in the tender"


class DecidedByTender(Conflict):
    """The customer is put out to tender; awarding it decides who gets the protection."""

    code, title = "decided_by_tender", "The tender decides"


def faults_of_tender(*, closes_at: datetime, valid_until: date | None, at: datetime) -> list[Fault]:
    """Return what is wrong with a tender's dates: it closes later than now, and its terms hold beyond that."""
    faults: list[Fault] = []
    if closes_at <= at:
        faults.append(Fault("/closes_at", "in_the_past", "A tender closes later than now."))
    if valid_until is not None and valid_until < closes_at.date():
        fault = Fault("/terms/valid_until", "out_of_range", "The terms hold until the tender closes, at least.")
        faults.append(fault)
    return faults


def is_open(*, status: str, closes_at: datetime, at: datetime) -> bool:
    """Tell whether a tender takes registrations; its closing time decides, whether or not somebody has noticed it."""
    return status == "open" and at < closes_at


def was_taken_in(trace: Sequence[Mapping[str, Any]]) -> bool:
    """Tell whether a registration is in its tender only because its customer was merged, by the trace of its decision."""
    said = [each["result"] for each in trace if each["rule"] == "tender"]
    return said[-1:] == [TAKEN_IN]


def leaves(
    *,
    entered: Collection[str],
    taken_in: Collection[str],
    awarded: str | None,
    came_through: Sequence[str],
    leaving: Collection[str],
    here: Collection[str],
    other: str,
) -> bool:
    """Tell whether a tender goes with the registrations that leave its customer for another.

    It follows the one it was awarded to; else those in it, where all that are still with its customer leave. One that nobody
    has entered goes back to the customer that it came with; who was `taken_in` by a merger has not entered.
    """
    if awarded is not None:
        return awarded in leaving
    by_asking = set(entered) - set(taken_in)
    with_customer = by_asking & set(here)
    return with_customer <= set(leaving) if with_customer else not by_asking and other in came_through
