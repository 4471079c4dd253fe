"""Bodies of order policies."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from shared.web.models import Body, Code, LifecycleOut, Out, Patch, Short, id_of

OrderExpression = Annotated[str, Field(min_length=1, max_length=2000, description="CEL over the facts of an order.")]


class OrderCheckIn(Body):
    """A condition that must hold; when it does not, the order goes to a person (refer) or is rejected (fail)."""

    code: Code
    when: OrderExpression
    outcome: Literal["refer", "fail"] = "refer"
    reason: Annotated[str, Field(max_length=500)] = ""


OrderChecks = Annotated[list[OrderCheckIn], Field(min_length=1, max_length=100)]


class OrderPolicyIn(Body):
    """A draft of a policy; without `accept_when`, every order is accepted by a person."""

    id: id_of("opol") | None = None  # type: ignore[valid-type]
    name: Short
    rules: OrderChecks
    accept_when: OrderExpression | None = None


class OrderPolicyPatch(Patch):
    """A change to a draft; a list given replaces the list that was there."""

    name: Annotated[Short, Field(default_factory=str)]
    rules: Annotated[OrderChecks, Field(default_factory=list)]
    accept_when: OrderExpression | None = None


class OrderCheckOut(Out):
    """A check of a policy."""

    code: str
    when: str
    outcome: str
    reason: str


class OrderPolicyOut(LifecycleOut):
    """A policy; published, it has a `policy_version` and never changes again. The highest version is in force."""

    name: str
    policy_version: int | None
    rules: list[OrderCheckOut]
    accept_when: str | None
    published_at: datetime | None
