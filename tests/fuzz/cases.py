"""Requests that schemathesis makes of the specification: every boundary of it, what fits it, and what does not."""

import json
import random
from collections.abc import Iterator
from copy import deepcopy
from functools import cache
from typing import Any, Final

import hypothesis
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import Case, GenerationMode

from gateway.publish.specifications import FOLDER
from tests.isolation.examples import BODIES

_CONFIG: Final = {
    # Who calls is not guessed: each case is sent by somebody with a role.
    "generation": {"with-security-parameters": False},
    "request-timeout": 30,
    "checks": {
        # Without If-Match 428; but an object that is not there is told first, and a session that another case has ended.
        "missing_required_header": {"expected-statuses": ["400", "401", "403", "404", "409", "422", "428"]},
        "negative_data_rejection": {"expected-statuses": ["4xx"]},
    },
}
# How many of each kind an operation gets in a round.
_BOUNDARIES, _FITTING, _UNFIT = 5, 5, 2


@cache
def specification() -> Any:
    """The merged specification as schemathesis reads it."""
    document = json.loads((FOLDER / "public.json").read_text())
    return schemathesis.openapi.from_dict(document, config=schemathesis.Config.from_dict(_CONFIG))


@cache
def operations() -> tuple[Any, ...]:
    """Every operation of the specification."""
    return tuple(each.ok() for each in specification().get_all_operations())


class Cases:
    """The cases of one operation, round after round; the same seed gives the same ones."""

    def __init__(self, operation: Any, *, seed: int) -> None:
        self.operation, self._seed, self._round = operation, seed, 0
        self._random = random.Random(f"{seed} {operation.label}")
        self._boundaries: list[Case] | None = None
        self._example = BODIES.get(operation.definition.raw["operationId"])

    def next_round(self) -> list[Case]:
        """Some of each kind, in no order."""
        self._round += 1
        found = [*self._next_boundaries(), *self._fitting(), *self._drawn(GenerationMode.NEGATIVE, _UNFIT)]
        self._random.shuffle(found)
        return found

    def _next_boundaries(self) -> list[Case]:
        """What is at the limits the specification names and just beyond, each once."""
        if self._boundaries is None:
            config = specification().config.generation_for(operation=self.operation)
            self._boundaries = list(
                specification().iter_coverage_cases(
                    self.operation, generation_modes=list(GenerationMode), generation_config=config
                )
            )
            self._random.shuffle(self._boundaries)
        found, self._boundaries = self._boundaries[:_BOUNDARIES], self._boundaries[_BOUNDARIES:]
        return found

    def _fitting(self) -> Iterator[Case]:
        """What fits; every other body is the example of the operation with one member of the drawn one in it."""
        for number, case in enumerate(self._drawn(GenerationMode.POSITIVE, _FITTING)):
            if number % 2 and isinstance(case.body, dict) and isinstance(self._example, dict):
                body = deepcopy(self._example)
                members = sorted(case.body)
                for name in self._random.sample(members, min(1, len(members))):
                    body[name] = case.body[name]
                case.body = body
            yield case

    def _drawn(self, mode: GenerationMode, most: int) -> list[Case]:
        found: list[Case] = []

        @hypothesis.seed(self._random.getrandbits(64))
        @settings(
            max_examples=most,
            database=None,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(self.operation.as_strategy(generation_mode=mode))
        def keep(case: Case) -> None:
            found.append(case)

        try:
            keep()
        except Unsatisfiable:
            # An operation that takes nothing cannot be given anything wrong.
            return []
        return found
