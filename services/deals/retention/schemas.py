"""Bodies of retention policies."""

from typing import Annotated

from pydantic import Field

from shared.web.models import Body, LifecycleOut, id_of


class RetentionPolicyIn(Body):
    """For how many days how a customer's people are reached is kept after the last that happened with it; null for always."""

    id: id_of("rtp") | None = None  # type: ignore[valid-type]
    contact_days: Annotated[int, Field(ge=30, le=3650)] | None


class RetentionPolicyOut(LifecycleOut):
    """A retention policy; it never changes, and the next one takes its place."""

    contact_days: int | None
    created_by: str
