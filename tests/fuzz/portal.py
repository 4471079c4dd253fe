"""Uses every operation as a portal does: with objects that are there, in a state that offers it, by whoever may."""

import random
import uuid
from collections import deque
from collections.abc import Iterator
from copy import deepcopy
from typing import Any, Final

import requests
from schemathesis import Case

from gateway.meta.queries import objects
from tests.fuzz.cases import operations
from tests.fuzz.known import COLLEAGUE, LISTS, NEIGHBOURS, ROLES, Known
from tests.fuzz.run import SEED, Findings, send_as, settle
from tests.fuzz.secrets import Secrets
from tests.isolation.examples import BODIES
from tests.isolation.reach import noun_of

_MOST_ROUNDS, _MOST_STEPS, _MOST_ROWS = 3, 5, 3
_LIFECYCLES: Final = {each["path"]: each["lifecycle"] for each in objects().values() if each["lifecycle"]}
_PEOPLE: Final = (*ROLES, COLLEAGUE, *NEIGHBOURS)
_BYTES: Final = "application/octet-stream"


class Portal:
    """Somebody of every role in front of a portal that offers what the API says can be done."""

    def __init__(self, known: Known) -> None:
        self.known, self.findings, self._secrets = known, Findings(), Secrets(known)
        self._session, self._chance = requests.Session(), random.Random(SEED)
        self._operations = {(each.method.upper(), each.path): each for each in operations()}

    def uses_everything(self) -> Findings:
        """Try every operation until it has succeeded, round after round; what it takes is made on the way."""
        for number in range(_MOST_ROUNDS):
            for operation in operations():
                if operation.label not in self.findings.reached():
                    if number:
                        self._prepare(operation)
                    self._use(operation)
            settle(self.known, self.findings)
            for path in LISTS:
                self.known.look(path)
        return self.findings

    def _use(self, operation: Any) -> bool:
        """Call an operation as each role, on what offers it, until it has succeeded."""
        if noun_of(operation.path) in LISTS:
            self.known.look(noun_of(operation.path))
        for role in _PEOPLE:
            for row in self._rows(operation, role):
                if self._call(operation, role, row) < 300:
                    return True
        return False

    def _rows(self, operation: Any, role: str) -> Iterator[dict[str, Any] | None]:
        """What an operation could be done with: first the objects that offer it."""
        if "{" not in operation.path:
            yield None
            return
        rows = self.known.seen(role, noun_of(operation.path)) or [{"id": "crm"}]
        verb = operation.path.rpartition("/")[2].replace("-", "_")
        offering = [row for row in rows if verb in row.get("allowed_actions", ())]
        editable = [row for row in rows if row.get("editable_fields")]
        best = offering or (editable if operation.method == "patch" else rows)
        yield from (best or rows)[:_MOST_ROWS]

    def _call(self, operation: Any, role: str, row: dict[str, Any] | None, body: Any = None) -> int:
        case = self._case(operation, row, body)
        answer = send_as(role, self.known, case, self.findings, session=self._session, again=True)
        return int(answer.status_code)

    def _case(self, operation: Any, row: dict[str, Any] | None, body: Any) -> Case:
        raw = operation.definition.raw
        path = {each.name: "crm" for each in operation.path_parameters}
        if row is not None:
            path["id"] = str(row["id"])
        headers = {"Idempotency-Key": uuid.uuid4().hex} if operation.method != "get" else {}
        if "412" in raw["responses"]:
            version = (row or {}).get("version")
            headers["If-Match"] = "*" if version is None else f'"{version}"'
        given: dict[str, Any] = {}
        content = raw.get("requestBody", {}).get("content", {})
        if "application/json" in content:
            example = BODIES.get(raw["operationId"], {}) if body is None else body
            given = {"body": self._own(example, row), "media_type": "application/json"}
        elif content:
            given = {"body": b"a plan", "media_type": next(iter(content))}
            if given["media_type"] == _BYTES:
                headers["Content-Type"] = "text/plain"
        query = {each.name: "report" for each in operation.query if each.is_required}
        learned = self._secrets.of(raw["operationId"])
        path, query = {**path, **learned.path}, {**query, **learned.query}
        if learned.body is not None:
            given["body"] = learned.body
        return operation.Case(path_parameters=path, headers=headers, query=query, **given)

    def _own(self, example: Any, row: dict[str, Any] | None) -> Any:
        """An example with ids of what is there, and with names that nobody has taken."""
        fresh = uuid.uuid4().hex[:8]
        body = self.known.with_ids(deepcopy(example), ROLES[0], self._chance, row)
        return _renamed(body, fresh)

    def _prepare(self, operation: Any) -> None:
        """Bring an object of the noun into a state that offers the operation."""
        noun = noun_of(operation.path)
        lifecycle = _LIFECYCLES.get(noun)
        if lifecycle is None:
            return
        verb = operation.path.rpartition("/")[2].replace("-", "_")
        wanted = [set(each["from"]) for each in lifecycle["transitions"] if each["action"].replace("-", "_") == verb]
        if not wanted:
            return
        create = self._operations.get(("POST", noun))
        if create is not None:
            self._use_anew(create)
        for _ in range(_MOST_STEPS):
            settle(self.known, self.findings)
            self.known.look(noun)
            if not self._step(noun, lifecycle, wanted[0], verb):
                return

    def _use_anew(self, create: Any) -> None:
        for role in _PEOPLE:
            if self._call(create, role, None) < 300:
                return

    def _step(self, noun: str, lifecycle: dict[str, Any], wanted: set[str], verb: str) -> bool:
        """Do one action that leads nearer to a wanted state; tells whether there was one to do."""
        for role in _PEOPLE:
            for row in self.known.rows.get((role, noun), ()):
                if verb in row["allowed_actions"]:
                    return False
        for role in _PEOPLE:
            for row in self.known.rows.get((role, noun), ())[:_MOST_ROWS]:
                action = _towards(lifecycle, row["status"], wanted)
                operation = self._operations.get(("POST", f"{noun}/{{id}}/{(action or '').replace('_', '-')}"))
                if (
                    action in row["allowed_actions"]
                    and operation is not None
                    and self._call(operation, role, row) < 300
                ):
                    return True
        return False


def _renamed(value: Any, fresh: str) -> Any:
    if isinstance(value, list):
        # Of several new ones, no two have the same name; the first keeps that of a single one.
        return [_renamed(each, f"{fresh}{place or ''}") for place, each in enumerate(value)]
    if not isinstance(value, dict):
        return value
    new = {"email": f"{fresh}@initech.example", "domain": f"{fresh}.example", "code": f"a{fresh}", "key": f"a{fresh}"}
    new |= {"name": f"Initech {fresh}", "legal_name": f"Initech {fresh} Ltd."}
    return {
        name: new[name] if name in new and isinstance(each, str) else _renamed(each, fresh)
        for name, each in value.items()
    }


def _towards(lifecycle: dict[str, Any], state: str, wanted: set[str]) -> str | None:
    """The first action on the shortest way from a state to one that is wanted; None where there is no way."""
    waiting: deque[tuple[str, str | None]] = deque([(state, None)])
    known = {state}
    while waiting:
        here, first = waiting.popleft()
        if here in wanted and first is not None:
            return first
        for each in lifecycle["transitions"]:
            if here in each["from"]:
                for there in each["to"]:
                    if there not in known:
                        known.add(there)
                        waiting.append((there, first or each["action"]))
    return None
