"""Sends cases as people of three roles, and keeps what is wrong with the answers."""

import json
import os
import random
from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import unquote

import requests
from schemathesis import Case, Response
from schemathesis.core.parameters import ParameterLocation

from tests.fuzz.cases import Cases
from tests.fuzz.checks import violations
from tests.fuzz.known import LISTS, ROLES, Known
from tests.isolation.reach import FOUND_IN, noun_of

CASES: Final = int(os.environ.get("PRM_FUZZ_CASES", "10000"))
SEED: Final = int(os.environ.get("PRM_FUZZ_SEED", "1"))
_OPERATIONS_BETWEEN_EVENTS: Final = 5


@dataclass
class Findings:
    """What a run has done and found."""

    sent: int = 0
    answers: Counter[tuple[str, str, int]] = field(default_factory=Counter)
    """How often an operation answered a role with a status."""
    wrong: dict[str, str] = field(default_factory=dict)
    """Each kind of violation once, with the call that shows it."""

    def reached(self) -> set[str]:
        """The operations that have succeeded."""
        return {operation for operation, _, status in self.answers if 200 <= status < 300}

    def add(self, operation: str, told: str, shown: str) -> None:
        """Keep a violation, unless one like it is known of the operation."""
        self.wrong.setdefault(f"{operation}: {told}", shown)

    def __str__(self) -> str:
        lines = [f"{name}\n      {shown}" for name, shown in sorted(self.wrong.items())]
        return f"{len(lines)} violations in {self.sent} cases of seed {SEED}:\n  " + "\n  ".join(lines)


def fuzz(known: Known, operations: list[Any], *, count: int, seed: int) -> Findings:
    """Send `count` cases to these operations, by all roles alike."""
    findings, session = Findings(), requests.Session()
    chance = random.Random(seed)
    made = [Cases(each, seed=seed) for each in operations]
    while findings.sent < count:
        for number, cases in enumerate(made):
            noun = FOUND_IN.get(noun_of(cases.operation.path), noun_of(cases.operation.path))
            if noun in LISTS:
                known.look(noun)
            for case in cases.next_round():
                if findings.sent < count:
                    send(known, case, findings, session=session, chance=chance)
            if number % _OPERATIONS_BETWEEN_EVENTS == 0:
                settle(known, findings)
    settle(known, findings)
    return findings


def send(known: Known, case: Case, findings: Findings, *, session: requests.Session, chance: random.Random) -> None:
    """Send a case as the role whose turn it is."""
    role = ROLES[findings.sent % len(ROLES)]
    send_as(role, known, known.filled(case, role=role, chance=chance), findings, session=session)


def send_as(
    role: str, known: Known, case: Case, findings: Findings, *, session: requests.Session, again: bool = False
) -> Response:
    """Send a case as somebody of a role, and keep what is wrong with the answer."""
    findings.sent += 1
    components = case.meta.components if case.meta else {}
    unfit = ParameterLocation.HEADER in components and components[ParameterLocation.HEADER].mode.is_negative
    headers = {} if unfit else {"PRM-Tenant": known.place.tenant.slug}
    if not case.operation.definition.raw.get("x-public"):
        headers = {"Authorization": f"Bearer {known.people[role].token}"}
    response = case.call(known.product.url, session, headers, allow_redirects=False)
    findings.answers[case.operation.label, role, response.status_code] += 1
    shown = _shown(role, case, response)
    for told in violations(case, response, headers=headers, again=again):
        findings.add(case.operation.label, told, shown)
    complain(known, findings, case.operation.label, shown)
    if response.status_code == 401 and "Authorization" in headers:
        # The case, or one before it, has ended the session.
        known.come_in(role)
    return response


def _shown(role: str, case: Case, response: Response) -> str:
    """A call and its answer, short enough to be read."""
    asked, sent = unquote(str(response.request.url)), json.dumps([case.body], default=str, ensure_ascii=False)
    said = (response.content or b"").decode(errors="replace")
    fields = {name: value for name, value in case.headers.items() if name != "Authorization"}
    return f"{role} {case.method} {asked[:300]} {fields} {sent[1:500]} → {response.status_code} {said[:400]}"


def settle(known: Known, findings: Findings) -> None:
    """Let events and timers move; what they fail at is a finding."""
    known.product.do(known.product.system.settle())
    complain(known, findings, "events and timers", "")


def complain(known: Known, findings: Findings, operation: str, shown: str) -> None:
    """Keep what the product itself has called an error."""
    for line in known.product.complaints():
        trace = str(line.get("exception", ""))[-1500:]
        findings.add(operation, f"log: {line.get('event')} {line.get('type', '')}", f"{shown}\n{trace}")
