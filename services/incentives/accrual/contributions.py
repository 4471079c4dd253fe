"""What the parts of a sale and of its returns contribute to the periods of their partners. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

from services.incentives.accrual.resolution import Match
from services.incentives.accrual.sharing import given_back
from services.incentives.accrual.store import Key, key_of
from services.incentives.exchange.rules import Rate, converted
from services.incentives.plans.rules import period_of, plain
from shared.db.pool import Record

_AFTER_ITS_SALE: Final = timedelta(microseconds=1)


class ReturnInOtherCurrency(Exception):
    """A return is in another currency than its sale: deals never says so, and nothing can be posted for it."""


@dataclass(frozen=True, slots=True)
class Decided:
    """A partner's part of a sale, and what it matches; None where it keeps the terms it was credited on before."""

    part: Mapping[str, Any]
    matches: Sequence[Match] | None
    held: bool
    country: str | None


def contributed(
    sale: Record, decided: Sequence[Decided], *, returned: Sequence[Record], known: Mapping[Key, Record]
) -> Iterator[dict[str, Any]]:
    """Yield what the parts of a sale contribute, and then those of its returns, in proportion to the former.

    `known` is what they contribute so far; what it has and is not wanted any more is yielded as withdrawn.
    """
    sold = [each for one in decided for each in _of_part(sale, one, known.values())]
    yield from sold
    amounts = {each.part["partner_id"]: each.part["amount"] for each in decided}
    for row, taken in zip(returned, given_back(amounts, [each["amount"] for each in returned]), strict=True):
        if row["currency"] != sale["currency"]:
            raise ReturnInOtherCurrency(row["return_id"])
        found = [_of_return(row, each, taken[each["partner_id"]]) for each in sold]
        yield from (each for each in found if each["amount"] or key_of(each) in known)


def _of_part(sale: Record, decided: Decided, known: Iterable[Record]) -> list[dict[str, Any]]:
    """What a part contributes: by its matches, and nothing any more to what it matched before; else as before, resized."""
    part, matches = decided.part, decided.matches
    before = [row for row in known if row["source"] == "sale" and row["partner_id"] == part["partner_id"]]
    if matches is None:
        return [{**row, **_sized(part["amount"], row["fx"])} for row in before]
    found = [_of_match(sale, decided, match) for match in matches]
    kept = {key_of(each) for each in found}
    return found + [{**row, "withdrawn": True} for row in before if key_of(row) not in kept]


def _of_match(sale: Record, decided: Decided, match: Match) -> dict[str, Any]:
    part, fx = decided.part, None if match.fx is None else _frozen(match.fx)
    return {
        "source": "sale",
        "source_id": sale["id"],
        "sale_id": sale["id"],
        "plan_id": match.plan.plan_id,
        "component": match.component["code"],
        "partner_id": part["partner_id"],
        "period": period_of(sale["closed_on"], match.component["period"])[0],
        "happened_on": sale["closed_on"],
        "happened_at": sale["won_at"],
        **_sized(part["amount"], fx),
        "currency": match.plan.currency,
        "terms": {
            "plan": match.plan.model_dump(),
            "component": match.component,
            "partner": {"partner_id": part["partner_id"], "tier": part["tier"], "country": decided.country},
        },
        "fx": fx,
        "withdrawn": False,
    }


def _sized(amount: int, fx: Mapping[str, Any] | None) -> dict[str, Any]:
    """An amount of the deal, and as a basis in exact minor units of the plan's currency."""
    return {"amount": abs(amount), "basis": plain(converted(amount, None if fx is None else thawed(fx)))}


def _frozen(rate: Rate) -> dict[str, Any]:
    return {
        "exchange_rate_id": rate.id,
        "base": rate.base,
        "quote": rate.quote,
        "rate": plain(rate.rate),
        "effective_on": rate.effective_on.isoformat(),
    }


def thawed(fx: Mapping[str, Any]) -> Rate:
    """Return the exchange rate that was frozen on a line."""
    day = date.fromisoformat(fx["effective_on"])
    return Rate(fx["exchange_rate_id"], fx["base"], fx["quote"], Decimal(fx["rate"]), day)


def _of_return(returned: Record, sold: Mapping[str, Any], amount: int) -> dict[str, Any]:
    """A part of a return counts in its sale's period, on its terms and at its exchange rate, and never before it."""
    kept = ("sale_id", "plan_id", "component", "partner_id", "period", "currency", "terms", "fx", "withdrawn")
    return {
        **{name: sold[name] for name in kept},
        "source": "return",
        "source_id": returned["return_id"],
        "happened_on": max(returned["returned_on"], sold["happened_on"]),
        "happened_at": max(returned["recorded_at"], sold["happened_at"] + _AFTER_ITS_SALE),
        **_sized(-amount, sold["fx"]),
    }
