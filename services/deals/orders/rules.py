"""Decisions about orders, their fulfilments and returns. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from services.deals.protection.rules import STANDARD
from shared.errors import Conflict, Fault
from shared.values.money import allocate

LARGEST: Final = 9_007_199_254_740_991
"""The largest amount that every reader of JSON keeps exactly."""
REST: Final = ""
"""In place of a match, what was delivered and counts for no deal: lines of another family."""
ALIKE: Final = 0.85
"""From which likeness on the customer of an order is taken for its deal's."""
TAIL: Final = timedelta(days=STANDARD.tail_days)
# A deal that is sold as one of these can be ordered for; a lost or revoked one, or one that was never approved, cannot.
_ORDERED_FOR: Final = frozenset({"approved", "won", "expired"})


class OnCreditHold(Conflict):
    """The partner's account is on hold for this order; it is accepted once the hold is lifted."""

    code, title = "on_credit_hold", "The account is on hold"


@dataclass(frozen=True, slots=True)
class Priced:
    """What a line asks for, in minor units of the order's currency."""

    quantity: int
    unit_price: int

    @property
    def amount(self) -> int:
        """What the line comes to."""
        return self.quantity * self.unit_price


def faults_of_lines(lines: Sequence[Priced]) -> list[Fault]:
    """Return what is wrong with the lines of an order: amounts that cannot be told exactly."""
    faults = [
        Fault(f"/lines/{place}/unit_price", "too_large", "The line comes to more than can be told.")
        for place, line in enumerate(lines)
        if line.amount > LARGEST
    ]
    if not faults and total(lines) > LARGEST:
        faults.append(Fault("/lines", "too_large", "The order comes to more than can be told."))
    return faults


def total(lines: Iterable[Priced]) -> int:
    """Return what an order comes to: the sum of its lines, and nothing else."""
    return sum(line.amount for line in lines)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a line has come: `0 <= returned <= fulfilled <= quantity`."""

    id: str
    quantity: int
    fulfilled: int
    returned: int

    @property
    def open(self) -> int:
        """How many are still to be delivered."""
        return self.quantity - self.fulfilled

    @property
    def kept(self) -> int:
        """How many were delivered and not given back."""
        return self.fulfilled - self.returned


@dataclass(frozen=True, slots=True)
class Moved:
    """How many of a line are delivered or given back; `serials` are as many as that, or none."""

    line_id: str
    quantity: int
    serials: tuple[str, ...] = ()


def faults_of_fulfilment(moved: Sequence[Moved], lines: Mapping[str, Progress]) -> list[Fault]:
    """Return what is wrong with a delivery: lines of another order or named twice, more than is open, serials that do not fit."""
    faults = _faults_of_lines_named(moved, lines)
    for place, each in enumerate(moved):
        line = lines.get(each.line_id)
        if line is not None and each.quantity > line.open:
            faults.append(
                Fault(f"/lines/{place}/quantity", "exceeds_order", "More is delivered than is left of the order.")
            )
        if each.serials and len(set(each.serials)) != each.quantity:
            faults.append(
                Fault(f"/lines/{place}/serials", "serial_count", "Each piece has one serial number of its own.")
            )
    return faults


def faults_of_serials(
    moved: Sequence[Moved], *, skus: Mapping[str, str], delivered: Iterable[tuple[str, str]]
) -> list[Fault]:
    """Return which lines name serial numbers that were `delivered`, as (SKU, serial number), before or on another line."""
    seen, faults = set(delivered), list[Fault]()
    for place, each in enumerate(moved):
        named = {(skus.get(each.line_id, ""), serial) for serial in each.serials}
        if named & seen:
            faults.append(
                Fault(
                    f"/lines/{place}/serials", "serial_known", "A piece with this serial number was delivered before."
                )
            )
        seen |= named
    return faults


def faults_of_return(moved: Sequence[Moved], lines: Mapping[str, Progress]) -> list[Fault]:
    """Return what is wrong with a return: lines of another order or named twice, or more than was delivered and kept."""
    faults = _faults_of_lines_named(moved, lines)
    for place, each in enumerate(moved):
        line = lines.get(each.line_id)
        if line is not None and each.quantity > line.kept:
            faults.append(
                Fault(f"/lines/{place}/quantity", "exceeds_fulfilled", "More is given back than was delivered.")
            )
    return faults


def _faults_of_lines_named(moved: Sequence[Moved], lines: Mapping[str, Progress]) -> list[Fault]:
    faults: list[Fault] = []
    seen: set[str] = set()
    for place, each in enumerate(moved):
        if each.line_id not in lines:
            faults.append(Fault(f"/lines/{place}/line_id", "unknown_line", "The order has no such line."))
        elif each.line_id in seen:
            faults.append(Fault(f"/lines/{place}/line_id", "repeated", "A line is named once."))
        seen.add(each.line_id)
    return faults


def fault_of_day(day: date, *, ordered_on: date, today: date, pointer: str) -> Fault | None:
    """Return what is wrong with the day something happened to an order, or None."""
    if ordered_on <= day <= today:
        return None
    return Fault(pointer, "out_of_range", "It happens after the order, on a day that has begun.")


def fault_of_return_day(day: date, *, delivered_on: Iterable[date], pointer: str) -> Fault | None:
    """Return what is wrong with the day something was given back, by the days on which its lines were first delivered, or None."""
    if all(first <= day for first in delivered_on):
        return None
    return Fault(pointer, "out_of_range", "Nothing is given back before it was delivered.")


def status_after(lines: Iterable[Progress], *, amount: int, invoiced: int) -> str:
    """Return the state of an accepted order from what is delivered and invoiced of it."""
    known = list(lines)
    if all(line.open == 0 for line in known):
        return "invoiced" if invoiced >= amount > 0 else "fulfilled"
    return "part_fulfilled" if any(line.fulfilled for line in known) else "accepted"


def idle_actions(status: str, *, amount: int, invoiced: int) -> tuple[str, ...]:
    """Return what a state allows and the sums of an order leave nothing for.

    An order that is invoiced or closed is invoiced again after a credit note; one that was cancelled is credited what was invoiced.
    """
    if status in ("invoiced", "closed") and invoiced >= amount:
        return ("invoice",)
    return ("credit",) if status == "cancelled" and invoiced == 0 else ()


def is_live(
    *, status: str, ordered_on: date, at: datetime, protected_until: datetime | None, tail: timedelta = TAIL
) -> bool:
    """Tell whether a deal can be ordered for: approved, won, or expired no longer ago than its tail is.

    A won deal stays live: what was sold is delivered later. `protected_until` is None while the protection stands still.
    """
    if status not in _ORDERED_FOR:
        return False
    if status == "won" or protected_until is None:
        return True
    return at < protected_until + tail and ordered_on <= (protected_until + tail).date()


@dataclass(frozen=True, slots=True)
class Note:
    """A credit note, and how much it has taken back so far, by match."""

    id: str
    amount: int
    spread: Mapping[str, int]


def taken_back(*, kept: int, returned: int, invoiced: int, credited: int) -> int:
    """Return what the credit notes of an order take back of what was delivered and kept, in minor units.

    That is what was credited, less what was given back, as far as it is not invoiced any more. A credit note for what was given back
    takes back nothing, since the return does, whether or not all that is kept has been invoiced yet; nor does one for what was not
    delivered, or what is invoiced again in full. It depends on the sums alone, and so not on the order in which they came about.
    """
    return max(0, min(credited - returned, kept - invoiced))


def spread(notes: Sequence[Note], *, total: int, rooms: Mapping[str, int]) -> dict[str, dict[str, int]]:
    """Return what each note takes back by match, so that all together take back `total`: the first notes as much as they can.

    `rooms` is what is kept of each match, and is no less than the total. What a note has taken back stays where it is as far as it
    can; more is taken back in proportion to what is left of each match, less in proportion to what the note has taken of it.
    """
    left, found = dict(rooms), dict[str, dict[str, int]]()
    for note in notes:
        wanted = min(note.amount, total)
        total -= wanted
        placed = {place: min(note.spread.get(place, 0), room) for place, room in left.items()}
        missing = wanted - sum(placed.values())
        weights = {place: left[place] - placed[place] for place in left} if missing > 0 else placed
        if missing:
            shares = dict(zip(left, allocate(missing, list(weights.values())), strict=True))
            placed = {place: placed[place] + shares[place] for place in left}
        left = {place: left[place] - placed[place] for place in left}
        found[note.id] = {place: amount for place, amount in placed.items() if amount}
    return found
