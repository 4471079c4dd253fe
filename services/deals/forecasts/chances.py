"""How likely a deal in a stage is won: what happened to others, shrunk to what is known of more of them. Pure.

The posterior mean of a beta-binomial model: with a prior Beta(k·p, k·(1 − p)) and w wins in n trials it is (w + k·p) / (n + k)
(Gelman et al., Bayesian Data Analysis, 3rd ed., section 2.4). The prior of a stage is its probability in the pipeline; the rate of
all deals is shrunk to it, that of a program to the rate of all, and that of a partner to its program's.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final

from services.deals.forecasts.history import Deal

STRENGTH: Final = 10
"""How many deals a prior is worth."""
UNKNOWN: Final = 0.3
"""The prior of a stage that no pipeline has any more."""
_Group = tuple[str, str, str]


def shrunk(wins: int, trials: int, *, prior: float) -> float:
    """Return the rate of wins, pulled to the prior the more, the fewer the trials."""
    return (wins + STRENGTH * prior) / (trials + STRENGTH)


class Chances:
    """The chance of being won, by stage, program and partner, as it could be known at a time."""

    def __init__(self, deals: Iterable[Deal], *, at: datetime, priors: Mapping[str, float]) -> None:
        self._priors = priors
        self._counted: dict[_Group, list[int]] = defaultdict(lambda: [0, 0])
        self.closed = 0
        for deal in deals:
            if deal.was_closed(at):
                self.closed += 1
                self._count(deal, at)

    def _count(self, deal: Deal, at: datetime) -> None:
        won = deal.was_won(at)
        for stage in deal.stages_until(at):
            for group in (("", "", stage), ("program", deal.program or "", stage), ("partner", deal.partner, stage)):
                self._counted[group][0] += won
                self._counted[group][1] += 1

    def of(self, stage: str, *, program: str | None, partner: str) -> float:
        """Return the chance of a deal of this partner in this stage."""
        chance = self._priors.get(stage, UNKNOWN)
        for group in (("", "", stage), ("program", program or "", stage), ("partner", partner, stage)):
            wins, trials = self._counted.get(group, (0, 0))
            chance = shrunk(wins, trials, prior=chance)
        return chance
