"""By which terms conflicts are judged: SPEC D-b, steps 3, 6 and 8, as data. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import timedelta
from typing import Any, Final

from shared.errors import Fault, Invalid
from shared.matching import DEFAULT_THRESHOLDS, DEFAULT_WEIGHTS, Thresholds, Weights

_PERCENT: Final = 100
WEIGHTS: Final = tuple(each.name for each in fields(Weights))
"""The names of the weights, as in the features that they weigh."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConflictPolicy:
    """Where the classes begin, what each signal is worth, how far back one looks, and how often a partner may ask."""

    version: int = 0
    thresholds: Thresholds = DEFAULT_THRESHOLDS
    weights: Weights = DEFAULT_WEIGHTS
    look_back_days: int = 30
    checks_a_day: int = 100
    appeal_days: int = 10

    @property
    def look_back(self) -> timedelta:
        """How long a registration that ended is still told of."""
        return timedelta(days=self.look_back_days)

    @property
    def appeal_window(self) -> timedelta:
        """How long a partner may appeal against a resolution."""
        return timedelta(days=self.appeal_days)

    def to_json(self) -> dict[str, Any]:
        """Return the terms by which a result can be computed again."""
        return {"version": self.version, "thresholds": percent_of(self.thresholds), "weights": percent_of(self.weights)}


BUILT_IN: Final = ConflictPolicy()


def percent_of(terms: Thresholds | Weights) -> dict[str, int]:
    """Return thresholds or weights in per cent, as they are sent and stored."""
    return {each.name: round(getattr(terms, each.name) * _PERCENT) for each in fields(terms)}


def terms_of(stored: Mapping[str, Any]) -> ConflictPolicy:
    """Return the policy whose thresholds and weights a result was stored with."""
    return ConflictPolicy(
        version=stored["version"],
        thresholds=_thresholds(stored["thresholds"]),
        weights=_weights(stored["weights"]),
    )


def policy_of(
    *,
    version: int,
    thresholds: Mapping[str, int],
    weights: Mapping[str, int],
    look_back_days: int,
    checks_a_day: int,
    appeal_days: int,
) -> ConflictPolicy:
    """Return a policy from its stored parts; raises Invalid at /thresholds where they do not rise."""
    if not thresholds["possible"] <= thresholds["probable"] <= thresholds["certain"]:
        raise Invalid(
            errors=[Fault("/thresholds", "not_rising", "They rise from possible through probable to certain.")]
        )
    return ConflictPolicy(
        version=version,
        thresholds=_thresholds(thresholds),
        weights=_weights(weights),
        look_back_days=look_back_days,
        checks_a_day=checks_a_day,
        appeal_days=appeal_days,
    )


def _thresholds(percent: Mapping[str, int]) -> Thresholds:
    return Thresholds(**{name: value / _PERCENT for name, value in percent.items()})


def _weights(percent: Mapping[str, int]) -> Weights:
    return Weights(**{name: value / _PERCENT for name, value in percent.items()})
