"""What a component of a plan pays: bands, modes, caps and periods. Amounts are minor units of the plan's currency.

Formulas: marginal `c(after) - c(before)` with `c(x) = sum of rate * min(max(x - start, 0), width)`, the last band open;
retroactive `r(after) * after - credited so far`. One rounding, half to even, at the end.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Context, Decimal, localcontext
from typing import Any, Final, Literal

from shared.errors import Fault, Invalid
from shared.values.money import rounded
from shared.values.period import Period, month_of, quarter_of

# 18 digits of money, 12 decimals of an exchange rate and 12 of a rate multiply without loss.
EXACT: Final = Context(prec=80)

Mode = Literal["marginal", "retroactive"]
RejectionCode = Literal["no_tier", "other_tier", "outranked", "outside_dates"]


class InvalidPlan(Invalid):
    """The version cannot be published as it is; `errors` names each place."""

    code, title = "invalid_plan", "Invalid plan"


@dataclass(frozen=True, slots=True)
class Band:
    """Attainment from `start` up to, but not including, `end` (None: without limit), and the rate paid on it."""

    start: int
    end: int | None
    rate: Decimal


@dataclass(frozen=True, slots=True)
class Terms:
    """What decides the amount of a component; `cap` is the most it credits to a partner in one period."""

    mode: Mode
    bands: tuple[Band, ...]
    cap: int | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a partner stands in a component's period: sales counted (exact) and commission credited (rounded lines)."""

    attained: Decimal = Decimal(0)
    credited: int = 0


@dataclass(frozen=True, slots=True)
class Credit:
    """What one sale adds: `own` is its commission (`exact` unrounded), `true_up` what it changes about earlier ones."""

    before: Decimal
    after: Decimal
    exact: Decimal
    own: int
    true_up: int

    @property
    def total(self) -> int:
        """The sum of both lines, in minor units."""
        return self.own + self.true_up


def terms_of(component: dict[str, Any]) -> Terms:
    """Return the terms of a stored component."""
    bands = tuple(Band(band["from"], band["to"], Decimal(band["rate"])) for band in component["bands"])
    return Terms(component["mode"], bands, component["cap"])


def credited(attainment: Decimal | int, terms: Terms) -> Decimal:
    """Return the commission on an attainment by marginal bands, unrounded, at most the cap."""
    with localcontext(EXACT):
        total = sum((_in_band(Decimal(attainment), band) * band.rate for band in terms.bands), Decimal(0))
        return total if terms.cap is None else min(total, Decimal(terms.cap))


def _in_band(attainment: Decimal, band: Band) -> Decimal:
    inside = max(attainment - band.start, Decimal(0))
    return inside if band.end is None else min(inside, Decimal(band.end - band.start))


def rate_at(attainment: Decimal | int, bands: Sequence[Band]) -> Decimal:
    """Return the rate of the band an attainment falls in; an edge belongs to the band it opens."""
    inside = [band.rate for band in bands if band.start <= attainment and (band.end is None or attainment < band.end)]
    return inside[0] if inside else Decimal(0)


def credit(basis: Decimal, terms: Terms, standing: Standing) -> Credit:
    """Return what a sale of this basis adds for a partner who stands there."""
    with localcontext(EXACT):
        before, after = standing.attained, standing.attained + basis
        if terms.mode == "marginal":
            exact = credited(after, terms) - credited(before, terms)
            return Credit(before, after, exact, own=rounded(exact), true_up=0)
        rate = rate_at(after, terms.bands)
        whole = rate * after
        if terms.cap is not None:
            whole = min(whole, Decimal(terms.cap))
        exact = rate * basis
        if terms.cap is not None:
            exact = min(exact, max(whole - standing.credited, Decimal(0)))
        own = rounded(exact)
        return Credit(before, after, exact, own=own, true_up=rounded(whole - standing.credited) - own)


def taken_back(original: int, *, sold: int, returned_before: int, returned: int) -> int:
    """Return the share of an original commission that a return takes back (below zero where the original was above).

    Cumulative, so that any returns which add up to the sale take back exactly what the sale has earned.
    """
    with localcontext(EXACT):
        already = rounded(Decimal(original) * returned_before / sold)
        return already - rounded(Decimal(original) * (returned_before + returned) / sold)


def period_of(day: date, length: str) -> tuple[str, Period]:
    """Return the attainment window that contains a day, and its name: `2026-03`, `2026-Q1` or `2026`."""
    match length:
        case "month":
            return f"{day:%Y-%m}", month_of(day)
        case "quarter":
            return f"{day.year:04d}-Q{(day.month + 2) // 3}", quarter_of(day)
        case _:
            return f"{day.year:04d}", Period(date(day.year, 1, 1), date(day.year + 1, 1, 1))


def require_publishable(components: Sequence[dict[str, Any]]) -> None:
    """Raise InvalidPlan unless codes are unique and each component's bands cover every attainment exactly once."""
    faults = [] if components else [Fault("/components", "no_components", "A plan needs a component.")]
    seen: set[str] = set()
    for index, component in enumerate(components):
        at = f"/components/{index}"
        if component["code"] in seen:
            faults.append(Fault(f"{at}/code", "duplicate_code", "Each component has a code of its own."))
        seen.add(component["code"])
        faults += _band_faults(component["bands"], at=f"{at}/bands")
    if faults:
        raise InvalidPlan(errors=faults)


def _band_faults(bands: Sequence[dict[str, Any]], *, at: str) -> list[Fault]:
    if not bands:
        return [Fault(at, "no_bands", "A component needs a band.")]
    faults: list[Fault] = []
    expected: int | None = 0
    for index, band in enumerate(bands):
        start, end, place = band["from"], band["to"], f"{at}/{index}"
        if expected is None:
            faults.append(Fault(f"{place}/from", "overlap", "The band before this one has no end."))
        elif start > expected:
            faults.append(Fault(f"{place}/from", "gap", f"Attainments from {expected} to {start} have no rate."))
        elif start < expected:
            faults.append(Fault(f"{place}/from", "overlap", f"Attainments from {start} to {expected} have two rates."))
        if end is not None and end <= start:
            faults.append(Fault(f"{place}/to", "empty_band", "A band ends after it starts."))
        expected = end
    if expected is not None:
        faults.append(Fault(f"{at}/{len(bands) - 1}/to", "gap", f"Attainments from {expected} on have no rate."))
    return faults


@dataclass(frozen=True, slots=True)
class Assigned:
    """An assignment that may concern a partner, with its plan."""

    level: Literal["partner", "tier", "all"]
    target: str
    effective_from: date
    effective_to: date | None
    plan_id: str
    plan_name: str
    currency: str


@dataclass(frozen=True, slots=True)
class Version:
    """A published version of a plan."""

    id: str
    plan_id: str
    number: int
    effective_from: date
    effective_to: date | None
    components: tuple[dict[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Rejection:
    """A plan that does not apply, and why."""

    plan_id: str
    plan_name: str
    reason: RejectionCode
    detail: str


@dataclass(frozen=True, slots=True)
class Choice:
    """The assignment and version that stand for a sale, if any, and the others with their reasons."""

    assigned: Assigned | None
    version: Version | None
    rejected: tuple[Rejection, ...]


_RANK: Final = {"partner": 0, "tier": 1, "all": 2}


def choose(*, day: date, tier: str | None, assigned: Sequence[Assigned], versions: Sequence[Version]) -> Choice:
    """Return what applies to a partner of this tier on a day.

    The narrowest level stands: partner, then tier, then all. Of its plan's versions in force that day, the highest
    number stands. A plan without a version in force pays nothing; the next level does not step in for it.
    """
    found: Assigned | None = None
    rejected: list[Rejection] = []
    for each in sorted(assigned, key=lambda one: _RANK[one.level]):
        refusal = _refusal(each, day=day, tier=tier)
        if refusal is None and found is not None:
            refusal = ("outranked", f"The assignment to {_whom(found)} is narrower than the one to {_whom(each)}.")
        if refusal is None:
            found = each
        else:
            rejected.append(Rejection(each.plan_id, each.plan_name, *refusal))
    if found is None:
        return Choice(None, None, tuple(rejected))
    in_force = [
        each
        for each in versions
        if each.plan_id == found.plan_id and _covers(day, each.effective_from, each.effective_to)
    ]
    if not in_force:
        detail = f"No published version of the plan is in force on {day}."
        rejected.append(Rejection(found.plan_id, found.plan_name, "outside_dates", detail))
        return Choice(found, None, tuple(rejected))
    return Choice(found, max(in_force, key=lambda each: each.number), tuple(rejected))


def _refusal(each: Assigned, *, day: date, tier: str | None) -> tuple[RejectionCode, str] | None:
    if not _covers(day, each.effective_from, each.effective_to):
        return "outside_dates", f"The assignment to {_whom(each)} does not cover {day}."
    if each.level == "tier" and tier is None:
        return "no_tier", f"The plan is for {_whom(each)}; the partner had no tier on {day}."
    if each.level == "tier" and tier != each.target:
        return "other_tier", f"The plan is for {_whom(each)}; the partner was in tier {tier} on {day}."
    return None


def _covers(day: date, start: date, end: date | None) -> bool:
    return start <= day and (end is None or day < end)


def _whom(each: Assigned) -> str:
    return {"partner": "this partner", "tier": f"tier {each.target}", "all": "all partners"}[each.level]


def plain(number: Decimal) -> str:
    """Return a decimal as text without exponent or trailing zeros."""
    with localcontext(EXACT):
        return format(number.normalize(), "f")


def difference(whole: Decimal | str, part: Decimal | str) -> Decimal:
    """Return the exact difference of two amounts."""
    with localcontext(EXACT):
        return Decimal(whole) - Decimal(part)


def total(first: Decimal, second: Decimal) -> Decimal:
    """Return the exact sum of two amounts."""
    with localcontext(EXACT):
        return first + second
