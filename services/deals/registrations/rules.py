"""Decisions about registrations. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any, Final

from services.deals.customers.spellings import PARTS
from services.deals.protection.rules import STANDARD
from services.deals.registrations.lifecycle import STANDING
from services.deals.screening.rules import NEEDS_A_CASE
from shared.auth.principal import Caller
from shared.errors import Conflict, Fault, Invalid
from shared.matching import Company, is_identified, record_key
from shared.values.days import earliest_day, latest_day
from shared.values.opening_hours import OpeningHours

KEEPS_PRIORITY_DAYS: Final = 5
REOPEN_WINDOW: Final = timedelta(days=30)
REINSTATEMENT_WINDOW: Final = timedelta(days=14)
APPEAL_WINDOW: Final = timedelta(days=10)
LICENCE_CANCELLED: Final = "licence_cancelled"
LICENCE_TRANSFERRED: Final = "licence_transferred"
# What a reviewer asks for: seven things, and evidence as an eighth where it is needed.
_ASKED_FOR: Final = (
    *("title", "customer_name", "customer_identity", "customer_country", "product_family", "amount"),
    *("expected_close_on", "evidence"),
)
LATEST: Final = timedelta(days=366)
_SOON: Final = timedelta(days=1)
_TAIL: Final = timedelta(days=STANDARD.tail_days)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)


class ReopenWindowClosed(Conflict):
    """A lost deal can be reopened for 30 days."""

    code, title = "reopen_window_closed", "Too late to reopen"


class AppealTooLate(Conflict):
    """A rejection can be appealed against for 10 days."""

    code, title = "appeal_too_late", "Too late to appeal"


class AmountNotApproved(Conflict):
    """The sale is more than 25 % above what was approved, or no amount like it was: have its amount approved first, or the vendor report it."""

    code, title = "amount_not_approved", "The amount was not approved"


class AppealedAlready(Conflict):
    """A rejection can be appealed against once."""

    code, title = "appealed_already", "Appealed already"


def renews_nothing(deal: Mapping[str, Any]) -> bool:
    """Tell whether a deal was lost with the licence that it was to renew: that is gone, or another partner's to renew."""
    return deal["lost_reason_code"] in (LICENCE_CANCELLED, LICENCE_TRANSFERRED)


@dataclass(frozen=True, slots=True)
class Completeness:
    """How much is known of a deal, in percent, and what is missing."""

    percent: int
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Facts:
    """What a registration says, as the partner entered it; `evidence` tells whether there is some, None where none is needed."""

    title: str
    customer: Company
    product_family: str
    amount: int | None
    currency: str | None
    expected_close_on: date | None
    evidence: bool | None = None

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> "Facts":
        """Read the facts of a deal's row."""
        company = Company(**{part: row[f"customer_{part}"] for part in PARTS})
        return cls(
            row["title"],
            company,
            row["product_family"],
            row["amount"],
            row["currency"],
            row["expected_close_on"],
            row["evidence_count"] > 0 if row["evidence_required"] else None,
        )

    @property
    def completeness(self) -> Completeness:
        """How much is known of what a reviewer asks for."""
        company = self.customer
        return _completeness(
            bool(self.title),
            bool(company.name),
            is_identified(company),
            bool(company.country),
            bool(self.product_family),
            self.amount is not None,
            self.expected_close_on is not None,
            self.evidence,
        )

    def says_no_more_than(self, other: "Facts", *, is_alike: bool = False) -> bool:
        """Tell whether a reviewer learns nothing from these facts that others did not say, the title apart.

        What is only written otherwise, or left out, is no other fact; nor is the name of a customer that `is_alike`.
        """
        said = [(each.product_family, each.amount, each.currency, each.expected_close_on) for each in (self, other)]
        if any(mine not in (None, theirs) for mine, theirs in zip(*said, strict=True)):
            return False
        mine, theirs = self.customer, other.customer
        filled = Company(**{part: getattr(mine, part) or getattr(theirs, part) for part in PARTS})
        if is_alike:
            filled = replace(filled, name=theirs.name)
        return record_key(filled) == record_key(theirs)


def completeness_of(row: Mapping[str, Any]) -> Completeness:
    """Return how much is known of a deal, from its row: what `Facts.of(row)` says of it, for each row of a page."""
    return _completeness(
        bool(row["title"]),
        bool(row["customer_name"]),
        row["customer_identified"],
        bool(row["customer_country"]),
        bool(row["product_family"]),
        row["amount"] is not None,
        row["expected_close_on"] is not None,
        row["evidence_count"] > 0 if row["evidence_required"] else None,
    )


@cache
def _completeness(*known: bool | None) -> Completeness:
    """What follows from what is known, in the order of `_ASKED_FOR`: the last is None where it is not needed."""
    asked = {name: is_known for name, is_known in zip(_ASKED_FOR, known, strict=True) if is_known is not None}
    missing = tuple(name for name, is_known in asked.items() if not is_known)
    return Completeness(100 * (len(asked) - len(missing)) // len(asked), missing)


def require_possible_close(expected_close_on: date | None, *, at: datetime) -> None:
    """Raise Invalid for a day more than a year ago: a deal may be late, but that late it is a mistake."""
    if expected_close_on is not None and expected_close_on < at.date() - LATEST:
        raise Invalid(errors=[Fault("/expected_close_on", "too_long_ago", "This day is more than a year ago.")])


def authors_with(deal: Mapping[str, Any], caller: Caller) -> list[str]:
    """Return the accounts that have changed or submitted a deal, the caller's among them."""
    return sorted({*(deal["authors"] or ()), caller.answerable_id})


def priority_number(at: datetime, *, last: int, earlier_right: bool) -> int:
    """Return the number a registration ranks by among those of one customer: microseconds since 1970 of its moment.

    Drawn under the customer's lock, it is above every number drawn before, except for an earlier right (a lead accepted
    before), which ranks by its own moment.
    """
    moment = (at - _EPOCH) // _MICROSECOND
    return moment if earlier_right else max(moment, last + 1)


def reasons_for_a_person(facts: Mapping[str, Any]) -> list[str]:
    """Return why a person decides, whatever the policy says: SPEC D-b.6, and D-c of named accounts."""
    found = {"conflict": facts.get("conflict.class") in NEEDS_A_CASE, "named_account": facts.get("customer.named")}
    return [reason for reason, holds in found.items() if holds]


def priority_kept_until(returned_at: datetime, *, hours: OpeningHours) -> datetime:
    """Return the midnight, where the vendor is, before which a returned registration keeps its rank: 5 business days on.

    Days of business are those on which the vendor is open: neither its weekends nor its holidays.
    """
    until = hours.midnight_after(returned_at)
    while hours.open_days_between(returned_at, until) <= KEEPS_PRIORITY_DAYS:
        until = hours.midnight_after(until)
    return until


def fault_of_win(
    *, closed_on: date, at: datetime, since: datetime, currency: str | None, net_currency: str
) -> Fault | None:
    """Return what is wrong with a reported win, or None.

    The day has begun somewhere on earth, and had not ended everywhere at `since`, the moment by which the registration ranks:
    its first submission, or the acceptance of the lead before that. What was sold earlier, nobody had registered.
    """
    if closed_on > latest_day(at):
        return Fault("/closed_on", "in_the_future", "A deal is won on a day that has begun.")
    if closed_on < earliest_day(since):
        return Fault("/closed_on", "before_registration", "A deal is won once it has been registered.")
    if currency is not None and currency != net_currency:
        return Fault("/amount/currency", "currency_mismatch", "The deal is in another currency.")
    return None


def is_given_up_soon(*, submitted_at: datetime | None, at: datetime) -> bool:
    """Tell whether a deal ends within a day of its submission: it has told whom it meets, and little else can have come of it."""
    return submitted_at is not None and at - submitted_at < _SOON


def ends_at(deal: Mapping[str, Any]) -> datetime | None:
    """Return when a deal's protection ends, or ended, if nothing more is done for it; None while its clock stands still."""
    until: datetime | None = deal["protected_until"]
    lapses: datetime | None = deal["lapses_at"]
    if until is None or lapses is None:
        return until or lapses
    return min(until, lapses)


def has_ended(deal: Mapping[str, Any], *, at: datetime) -> bool:
    """Tell whether a deal's protection is over, whatever else becomes of the deal: where it is not given again, it is expired."""
    until = ends_at(deal)
    return until is not None and until <= at


def sold_as(deal: Mapping[str, Any]) -> str:
    """Return the state by which something is sold by a deal: while it is decided again, approved, for as long as it was protected."""
    is_decided_again = deal["status"] in STANDING and deal["protected_from"] is not None
    return "approved" if is_decided_again else str(deal["status"])


def is_past_protection(
    *, closed_on: date, at: datetime, protected_until: datetime | None, tail: timedelta = _TAIL
) -> bool:
    """Tell whether a win lies after the protection, or is reported when its tail has passed too.

    It does not matter when the expiry was noticed: what was closed within the protection counts.
    """
    return protected_until is not None and (closed_on > protected_until.date() or at >= protected_until + tail)


def by_rank(deal: Mapping[str, Any]) -> tuple[bool, int, str]:
    """Return what registrations are sorted by, the earliest first; one taken into another may never have had a rank."""
    return deal["priority_no"] is None, deal["priority_no"] or 0, deal["id"]
