"""Deals as they were known at any time: their stage, plan and outcome then, and nothing of what came later. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from services.deals.pipelines.rules import ENDS


@dataclass(frozen=True, slots=True)
class Move:
    """A deal came from one stage to another; `won` and `lost` are where it may end."""

    at: datetime
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Replanned:
    """What was planned until then, in days and minor units."""

    at: datetime
    close_on: date | None
    amount: int | None


@dataclass(frozen=True, slots=True)
class Deal:
    """A deal that was approved, with all that happened to it since. `net` is what it was won with, in minor units."""

    id: str
    partner: str
    program: str | None
    stage: str
    amount: int | None
    close_on: date | None
    approved_at: datetime
    won_at: datetime | None = None
    closed_on: date | None = None
    net: int = 0
    ended_at: datetime | None = None
    moves: Sequence[Move] = ()
    plans: Sequence[Replanned] = ()

    def was_open(self, at: datetime) -> bool:
        """Whether it was approved and neither won nor at an end."""
        if self.approved_at > at or self.was_won(at):
            return False
        return self.ended_at is None or self.ended_at > at

    def was_won(self, at: datetime) -> bool:
        """Whether it was known to be won."""
        return self.won_at is not None and self.won_at <= at

    def was_closed(self, at: datetime) -> bool:
        """Whether its outcome was known."""
        return self.was_won(at) or (self.approved_at <= at and self.ended_at is not None and self.ended_at <= at)

    def stage_at(self, at: datetime) -> str:
        """Return the stage it was in."""
        here = self.moves[0].old if self.moves and self.moves[0].old not in ENDS else self.stage
        for move in self.moves:
            if move.at > at:
                break
            here = here if move.new in ENDS else move.new
        return here

    def stages_until(self, at: datetime) -> frozenset[str]:
        """Return every stage it had been in."""
        been = {move.new for move in self.moves if move.at <= at and move.new not in ENDS}
        return frozenset({self.stage_at(self.approved_at), self.stage_at(at), *been})

    def close_on_at(self, at: datetime) -> date | None:
        """Return the day on which it was expected to close."""
        later = next((each for each in self.plans if each.at > at), None)
        return self.close_on if later is None else later.close_on

    def amount_at(self, at: datetime) -> int:
        """Return what it was expected to bring, nothing where nobody had said."""
        later = next((each for each in self.plans if each.at > at), None)
        return (self.amount if later is None else later.amount) or 0

    def entries(self) -> list[datetime]:
        """Return when it came into each of its stages, its approval first."""
        return [self.approved_at, *(move.at for move in self.moves if move.new not in ENDS)]
