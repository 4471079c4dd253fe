"""How a product's dates decide what stage of its life it is in. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from shared.errors import Fault

Stage = Literal["announced", "active", "end_of_sale", "end_of_life"]
STAGES: Final[tuple[Stage, ...]] = ("announced", "active", "end_of_sale", "end_of_life")


@dataclass(frozen=True, slots=True)
class Life:
    """The days on which a product enters each stage after its announcement; an open day has not been decided."""

    available_on: date
    end_of_sale_on: date | None = None
    end_of_life_on: date | None = None

    def stage_on(self, day: date) -> Stage:
        """Return the stage a product is in on a day; a stage begins on its day."""
        if self.end_of_life_on is not None and day >= self.end_of_life_on:
            return "end_of_life"
        if self.end_of_sale_on is not None and day >= self.end_of_sale_on:
            return "end_of_sale"
        return "active" if day >= self.available_on else "announced"

    def next_change(self, day: date) -> date | None:
        """Return the next day after this one on which the stage changes by itself, if one is set."""
        coming = (self.available_on, self.end_of_sale_on, self.end_of_life_on)
        return min((each for each in coming if each is not None and each > day), default=None)


@dataclass(frozen=True, slots=True)
class Product:
    """What a decision about a sale uses of a product."""

    sku: str
    family: str
    name: str
    unit: str
    life: Life
    countries: frozenset[str] = frozenset()
    required_credential: str | None = None
    charge_period: str | None = None
    """How often it is charged for, None for once."""

    def refusal(self, *, day: date, country: str | None) -> str | None:
        """Return why it cannot be sold on a day in a country, as a code, or None; no countries means everywhere."""
        stage = self.life.stage_on(day)
        if stage != "active":
            return {"announced": "not_available_yet"}.get(stage, "no_longer_sold")
        if self.countries and country is not None and country not in self.countries:
            return "not_sold_in_country"
        return None


def first_end(lives: Iterable[Life]) -> date | None:
    """Return the first day on which one of several products is not sold any more, None where none is known."""
    return min((each.end_of_sale_on for each in lives if each.end_of_sale_on is not None), default=None)


def period_of(parts: Iterable[Product]) -> str | None:
    """Return how often something is charged for: as all that is in it, once where that differs."""
    periods = {each.charge_period for each in parts}
    return periods.pop() if len(periods) == 1 else None


def faults_of_life(life: Life) -> list[Fault]:
    """Return what is wrong with a product's dates: no stage ends before it has begun."""
    return list(_faults(life))


def _faults(life: Life) -> Iterator[Fault]:
    if life.end_of_sale_on is not None and life.end_of_sale_on < life.available_on:
        yield Fault("/end_of_sale_on", "out_of_order", "Its sale does not end before it has begun.")
    if life.end_of_life_on is not None:
        if life.end_of_sale_on is None:
            yield Fault("/end_of_sale_on", "required", "What has an end of life has an end of sale.")
        elif life.end_of_life_on < life.end_of_sale_on:
            yield Fault("/end_of_life_on", "out_of_order", "Its life does not end before its sale.")


def faults_of_charge(*, charge: str, period: str | None) -> list[Fault]:
    """Return what is wrong with how a product is charged: what recurs says how often, what does not says nothing."""
    if charge == "recurring" and period is None:
        return [Fault("/charge_period", "required", "Say how often a recurring charge comes.")]
    if charge == "one_off" and period is not None:
        return [Fault("/charge_period", "not_applicable", "What is charged once has no period.")]
    return []
