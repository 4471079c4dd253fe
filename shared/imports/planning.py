"""What is to be done with a row: the body that its command takes, and the reference that its object is found by."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

import orjson
from pydantic import ValidationError

from shared.db.resource import Row
from shared.db.tx import Tx
from shared.errors import Fault, Invalid
from shared.extensions.fields import Definition
from shared.imports.cells import prepared
from shared.imports.lockstep import Command, Outcome
from shared.imports.objects import Importable
from shared.imports.targets import Target
from shared.web.models import Body, ExternalReferenceIn
from shared.web.problems import invalid

Action = Literal["create", "update", "unchanged"]


@dataclass(frozen=True, slots=True)
class Plan:
    """A row as its command takes it; `reference` says what the object is found by, and None that it is new."""

    body: Body
    reference: ExternalReferenceIn | None
    by_reference: bool

    def document(self) -> dict[str, Any]:
        """Return it as it is kept until it is carried out."""
        sent = self.body.model_dump(mode="json", exclude_unset=True)
        # A new object's is among the references in its body.
        named = self.reference.id if self.reference is not None and self.by_reference else None
        return {"body": sent, "external_id": named}

    @classmethod
    def of(cls, found: Mapping[str, Any], kind: Importable, kept: Mapping[str, Any]) -> "Plan":
        """Read what was kept."""
        return _plan(found, kind, kept["body"], external_id=kept["external_id"])


def planned(
    found: Mapping[str, Any],
    kind: Importable,
    source: Mapping[str, Any],
    *,
    targets: Mapping[str, Target] | None,
    fields: Mapping[str, Definition],
) -> Plan:
    """Return the plan of a row as it was sent; raises Invalid with a pointer to each fault."""
    read = prepared(source, targets, fields=fields, currency=found["options"]["currency"])
    if found["mode"] == "upsert" and read.external_id is None:
        fault = Fault("/external_id", "required", "A row without an id cannot be found again.")
        raise Invalid(errors=[fault])
    return _plan(found, kind, read.body, external_id=read.external_id)


def _plan(found: Mapping[str, Any], kind: Importable, body: Any, *, external_id: str | None) -> Plan:
    by_reference = found["mode"] == "upsert"
    reference = None
    try:
        if external_id is not None:
            named = {"system": found["external_system"], "type": kind.object, "id": external_id}
            reference = ExternalReferenceIn.model_validate(named)
            if not by_reference:
                body = {**body, "external_references": [*body.get("external_references", ()), named]}
        return Plan(kind.body.model_validate_json(orjson.dumps(body)), reference, by_reference)
    except ValidationError as error:
        raise invalid(error) from error


def commands_of(kind: Importable, plans: Sequence[Any]) -> list[Command]:
    """Return the command of each plan."""
    return [partial(_carry_out, kind, plan) for plan in plans]


async def _carry_out(kind: Importable, plan: Plan, tx: Tx) -> Row:
    if plan.by_reference and plan.reference is not None:
        assert kind.put is not None
        return await kind.put(tx, plan.body, plan.reference)
    return await kind.create(tx, plan.body)


def action_of(kind: Importable, outcome: Outcome) -> tuple[Action, str]:
    """Return what became, or would become, of a row, and the id of its object."""
    its_own = [each for each in outcome.written if each.after["id"] == outcome.value["id"]]
    if any(each.before is None and each.table is kind.table for each in its_own):
        return "create", outcome.value["id"]
    return ("update" if its_own else "unchanged"), outcome.value["id"]
