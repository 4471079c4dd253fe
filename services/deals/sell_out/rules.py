"""Which deal a sold line belongs to: by the deal it names, else by customer, product and date. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final, Literal, get_args

from shared.errors import Fault
from shared.matching import ENGINE_VERSION as IDENTITY_VERSION

ENGINE_VERSION: Final = f"2/{IDENTITY_VERSION}"
# A deal that is one of these is credited; a lost, revoked or undecided one is not.
CREDITED: Final = ("approved", "won", "expired")
Objection = Literal["unknown_sku", "already_delivered", "no_amount_in_currency", "exceeds_registration"]
# Why a line of a deal that is found, or named, is left to a person; whoever matches it nevertheless says why.
OBJECTIONS: Final = frozenset({*get_args(Objection), "other_customer", "other_family"})


@dataclass(frozen=True, slots=True)
class Thresholds:
    """From which score a line is matched without a person, and by how much the best has to lead; kept with each result."""

    matched: float = 0.85
    lead: float = 0.05


@dataclass(frozen=True, slots=True)
class Sold:
    """What is reported: for which family, where that is said, and on which day; `families` are the SKU's, where they are known."""

    product_family: str | None
    sold_on: date
    families: frozenset[str] = frozenset()

    def likeness_of(self, family: str) -> float:
        """Return how well it fits a deal's family: 1 for that family, 0.9 where nothing is known of its own, else 0."""
        if self.product_family is None:
            return float(family in self.families) if self.families else 0.9
        if self.families and self.product_family not in self.families:
            return 0.0
        return float(family == self.product_family)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A deal that a line may belong to. `identity` is how likely its customer is the line's, 0 to 1, with its features."""

    deal_id: str
    status: str
    product_family: str
    identity: float
    features: Mapping[str, float]
    protected_from: datetime | None
    protected_until: datetime | None
    tail_until: datetime | None


@dataclass(frozen=True, slots=True)
class Scored:
    """A candidate's score, and the three factors that multiply to it."""

    candidate: Candidate
    product: float
    date: float

    @property
    def value(self) -> float:
        """Identity times product times date, to four digits."""
        return round(self.candidate.identity * self.product * self.date, 4)


@dataclass(frozen=True, slots=True)
class Verdict:
    """The deal that a line was sold on, or None where a person has to look, and why."""

    deal_id: str | None
    reason: str
    score: float | None
    candidates: tuple[Scored, ...]


def score(candidate: Candidate, sold: Sold) -> Scored:
    """Return how well a line fits a deal.

    Product: 1 for the deal's family, 0.9 where neither the line nor the catalogue names one, 0 for another. Date: 1 within the
    protection, 0.95 in the tail of its terms, 0 outside of both.
    """
    return Scored(candidate, sold.likeness_of(candidate.product_family), _date_factor(candidate, sold.sold_on))


def by_score(candidates: Sequence[Candidate], sold: Sold, *, thresholds: Thresholds = Thresholds()) -> Verdict:
    """Return the deal that fits a line best, where it fits well enough and better than any other."""
    scored = sorted((score(each, sold) for each in candidates), key=lambda each: (-each.value, each.candidate.deal_id))
    fitting = tuple(each for each in scored if each.value > 0)
    if not fitting:
        return Verdict(None, "no_candidate", None, tuple(scored[:10]))
    best = fitting[0]
    if best.value < thresholds.matched:
        return Verdict(None, "too_unlike", best.value, fitting[:10])
    if len(fitting) > 1 and round(best.value - fitting[1].value, 4) < thresholds.lead:
        return Verdict(None, "ambiguous", best.value, fitting[:10])
    return Verdict(best.candidate.deal_id, "close_enough", best.value, fitting[:10])


def by_name(candidate: Candidate | None, sold: Sold, *, thresholds: Thresholds = Thresholds()) -> Verdict:
    """Return whether a line was sold on the deal that it names.

    That is one that exists, is live on that day, of its family, and whose customer is like enough the line's.
    """
    if candidate is None:
        return Verdict(None, "unknown_deal", None, ())
    found = score(candidate, sold)
    if found.product == 0:
        return Verdict(None, "other_family", None, (found,))
    if found.date == 0:
        return Verdict(None, "deal_not_live", None, (found,))
    if candidate.identity < thresholds.matched:
        return Verdict(None, "other_customer", None, (found,))
    return Verdict(candidate.deal_id, "deal_named", 1.0, (found,))


@dataclass(frozen=True, slots=True)
class Standing:
    """What stands against counting a line for a deal by itself; `left` is in the line's currency, None where it is not known."""

    is_known_sku: bool
    is_delivered: bool
    left: int | None


def objection_to(amount: int, standing: Standing) -> Objection | None:
    """Return why a line of this amount, in minor units, is not counted for its deal without a person, or None."""
    if not standing.is_known_sku:
        return "unknown_sku"
    if standing.is_delivered:
        return "already_delivered"
    if standing.left is None:
        return "no_amount_in_currency"
    return "exceeds_registration" if amount > standing.left else None


def held_against(verdict: Verdict, objection: Objection | None) -> Verdict:
    """Return a verdict as it stands with an objection to it: left to a person, with what was found."""
    return verdict if objection is None else replace(verdict, deal_id=None, reason=objection)


def _date_factor(candidate: Candidate, sold_on: date) -> float:
    start, end = candidate.protected_from, candidate.protected_until
    if candidate.status not in CREDITED or start is None or sold_on < start.date():
        return 0.0
    if end is None or sold_on <= end.date():
        return 1.0
    tail = candidate.tail_until
    return 0.95 if tail is not None and sold_on <= tail.date() else 0.0


def fault_of_sale(sold_on: date, *, start: date, end: date, today: date, pointer: str) -> Fault | None:
    """Return what is wrong with the day of a line, or None: it lies in the batch's period `[start, end)` and has begun."""
    if start <= sold_on < end and sold_on <= today:
        return None
    return Fault(pointer, "out_of_range", "It was sold within the period of the batch, on a day that has begun.")


def faults_of_line(quantity: int, *, returned_line: str | None, pointer: str) -> list[Fault]:
    """Return what is wrong with the pieces of a line: none at all, or a sale that names another as given back."""
    if quantity == 0:
        return [
            Fault(f"{pointer}/quantity", "no_pieces", "A line is of pieces that were sold or, below zero, given back.")
        ]
    if quantity > 0 and returned_line is not None:
        return [
            Fault(f"{pointer}/returned_line", "not_a_return", "Only what was given back names the line it was sold by.")
        ]
    return []


@dataclass(frozen=True, slots=True)
class Kept:
    """A sale, and how many pieces of it have not come back."""

    id: str
    pieces: int


def given_back_of(sales: Iterable[Kept], *, pieces: int) -> list[tuple[Kept, int]] | None:
    """Return of which sales so many pieces come back, in their order, and how many of each; None where too few are left."""
    found: list[tuple[Kept, int]] = []
    for sale in sales:
        part = min(sale.pieces, pieces)
        if part > 0:
            found.append((sale, part))
            pieces -= part
    return None if pieces else found


def is_final(reason: str, deals: Iterable[Mapping[str, Any]]) -> bool:
    """Tell whether what became of a line stays: what was given back was taken back from its sales, or left nothing of the line."""
    return reason in ("sale_found", "given_back") or any(each["quantity"] < 0 for each in deals)


def faults_of_repeated(lines: Sequence[Mapping[str, Any]], known: Mapping[str, Mapping[str, Any]]) -> list[Fault]:
    """Return what is wrong with lines that were reported before, in the same report or an earlier one: that they say something else.

    Each is a line as it is kept, and `known` those of earlier reports by their `source_line`.
    """
    seen, found = dict(known), list[Fault]()
    for place, line in enumerate(lines):
        before = seen.setdefault(line["source_line"], line)
        if any(line[name] != before[name] for name in line if (name, line[name]) != ("product_family", None)):
            found.append(
                Fault(
                    f"/lines/{place}/source_line",
                    "reported_otherwise",
                    "It was reported before and says something else now; report what has changed as a line of its own.",
                )
            )
    return found


@dataclass(frozen=True, slots=True)
class Part:
    """How many pieces of a line belong to a deal."""

    deal_id: str
    quantity: int


def faults_of_parts(parts: Sequence[Part], *, quantity: int) -> list[Fault]:
    """Return what is wrong with dividing a line: deals named twice, or parts that are not the whole."""
    if len({each.deal_id for each in parts}) < len(parts):
        return [Fault("/parts", "repeated", "A deal is named once.")]
    if sum(each.quantity for each in parts) != quantity:
        return [Fault("/parts", "not_the_whole", "The parts together are the quantity of the line.")]
    return []
