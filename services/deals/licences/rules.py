"""Terms of licences: when they end and are renewed, what days that are not served are worth, and what a tier has free. Pure."""

from calendar import monthrange
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from typing import Final
from zoneinfo import ZoneInfo

from shared.errors import Conflict, Fault

STANDARD_LEAD: Final = 120
# How many months before its term an invoice may be issued.
INVOICED_AHEAD: Final = 12
EARLIEST: Final = date(1970, 1, 1)
AFTER_LATEST: Final = date(2200, 1, 1)
# What a partner gets for itself, by its tier, and pays nothing for.
OF_TIERS: Final = ("nfr", "demo")
FREE: Final = ("trial", *OF_TIERS)
MONTHS_OF: Final[Mapping[str | None, int]] = {"month": 1, "quarter": 3, "year": 12}


class AllowanceExceeded(Conflict):
    """The partner's tier allows no more licences of this kind."""

    code, title = "allowance_exceeded", "No more of these licences"


class DaysInvoiced(Conflict):
    """Another invoice is for some of these days already; it is named here, with the days that are in both."""

    code, title = "days_already_invoiced", "These days have been invoiced"


class LicenceEnded(Conflict):
    """The licence has ended; a new one can be recorded."""

    code, title = "licence_ended", "The licence has ended"


def add_months(start: date, months: int, *, anchor_day: int | None = None) -> date:
    """Return the day so many months later; a month that is too short ends on its last day, and 29 February may be the 28th.

    `anchor_day` is the day of the month to come back to, where `start` itself was shortened: from 30 September a month leads
    to 31 October where the first term began on a 31st. Left out, it is that of `start`.
    """
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    return date(year, month + 1, min(anchor_day or start.day, monthrange(year, month + 1)[1]))


def faults_of_start(start: date, *, pointer: str) -> list[Fault]:
    """Return what is wrong with the first day of a term: it lies so that its end is a day, too."""
    if EARLIEST <= start < AFTER_LATEST:
        return []
    return [Fault(pointer, "out_of_range", "A term begins between 1970 and 2199.")]


def midnight(day: date, zone: str) -> datetime:
    """Return when a day begins where the licence is used, in UTC."""
    return datetime.combine(day, time.min, ZoneInfo(zone)).astimezone(UTC)


def renews_at(ends_on: date, *, lead_days: int, zone: str) -> datetime | None:
    """Return when the renewal of a licence that ends on this day is prepared: so many days before; None where none is."""
    return midnight(ends_on - timedelta(days=lead_days), zone) if lead_days else None


def has_ended(ends_on: date, *, zone: str, at: datetime) -> bool:
    """Tell whether a licence has ended. The date ended it, whenever somebody notices."""
    return at >= midnight(ends_on, zone)


def not_done(*, kind: str, ends_on: date, zone: str, at: datetime) -> tuple[str, ...]:
    """Return what is not done with a licence any more once it has ended; what a partner has free for itself is nobody else's."""
    if has_ended(ends_on, zone=zone, at=at):
        return ("activate", "renew", "cancel", "transfer")
    return ("transfer",) if kind in OF_TIERS else ()


def price_of_term(net: int, *, quantity: int, term_months: int, period: str | None) -> int | None:
    """Return what one piece costs for a whole term, half to even, where so many cost `net` for a period, or once.

    None where the term is not so many periods: what was sold says nothing of it then.
    """
    months = MONTHS_OF.get(period, term_months)
    return None if term_months % months else round(Fraction(net * (term_months // months), quantity))


def renews_in_time(*, closed_on: date, ends_on: date) -> bool:
    """Tell whether a sale renews a licence: it was closed by the day on which the next term begins, whenever that is heard of."""
    return closed_on <= ends_on


@dataclass(frozen=True, slots=True)
class Invoiced:
    """An invoice for the days `[start, end)` of a licence, and what of its amount was taken back."""

    id: str
    start: date
    end: date
    amount: int
    unserved: int = 0


def in_the_way(invoices: Iterable[Invoiced], *, start: date, end: date) -> tuple[Invoiced, date, date] | None:
    """Return the first invoice for some of the days `[start, end)`, with the days `[from, to)` that are in both, if any.

    A licence has one price for a day of its term: there is no second invoice for it. What is paid in parts is invoiced by parts
    of the term.
    """
    found = sorted((each for each in invoices if each.start < end and start < each.end), key=lambda each: each.start)
    return (found[0], max(found[0].start, start), min(found[0].end, end)) if found else None


def faults_of_issue(issued_on: date, *, starts_on: date, latest: date) -> list[Fault]:
    """Return what is wrong with the day of an invoice: it has begun somewhere, and a term is invoiced a year ahead at most.

    Whoever earns by the invoice earns by that day: on one that nobody meant, for nothing, or at the rates of another year.
    """
    if add_months(starts_on, -INVOICED_AHEAD) <= issued_on <= latest:
        return []
    return [
        Fault(
            "/issued_on",
            "out_of_range",
            "An invoice is issued on a day that has begun, and no more than a year before its term.",
        )
    ]


def left_to_invoice(amount: int, *, invoices: Iterable[Invoiced]) -> int:
    """Return what of a term's amount is not invoiced; what was taken back for days that are not served can be again."""
    return max(0, amount - sum(each.amount - each.unserved for each in invoices))


def unserved(invoices: Iterable[Invoiced], *, cancelled_on: date) -> list[tuple[Invoiced, int]]:
    """Return what of each invoice is for days from the cancellation on, by days, half to even; that day is not served."""
    found: list[tuple[Invoiced, int]] = []
    for each in invoices:
        days = (each.end - max(each.start, cancelled_on)).days
        amount = round(Fraction(each.amount) * max(days, 0) / (each.end - each.start).days)
        if amount > 0:
            found.append((each, amount))
    return found


@dataclass(frozen=True, slots=True)
class Taken:
    """So many pieces of a free kind that a partner has on the days `[start, end)`."""

    quantity: int
    start: date
    end: date


def most_at_once(pieces: Iterable[Taken], *, start: date) -> int:
    """Return how many pieces there are on the day on which there are most, from a day on."""
    known = list(pieces)
    # There are more only on a day on which some begin.
    days = {max(each.start, start) for each in known}
    return max((sum(each.quantity for each in known if each.start <= day < each.end) for day in days), default=0)


def allowed(*, tier: str | None, allowances: Iterable[tuple[str | None, int]]) -> int:
    """Return how many free licences a tier has: its own number, else that of every tier, else none."""
    known = dict(allowances)
    return known.get(tier, known.get(None, 0))
