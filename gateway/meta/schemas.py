"""How the description of objects looks."""

from typing import Literal

from pydantic import Field

from shared.web.models import Out


class MetaValueOut(Out):
    """One of the values of a field."""

    value: str
    label: str


class MetaMemberOut(Out):
    """A member of a field that is an object, or a list of objects."""

    name: str
    label: str
    type: str
    nullable: bool
    values: list[MetaValueOut] | None
    fields: list["MetaMemberOut"] | None


class MetaFieldOut(MetaMemberOut):
    """A field: whether it is shown, can be given when the object is made, changed later, filtered and sorted by.

    `editable_by` names the only side that may change it, `expands` the noun of the object it refers to.
    """

    shown: bool
    on_create: bool
    required: bool
    editable: bool
    editable_by: Literal["vendor"] | None
    filterable: bool
    sortable: bool
    expands: str | None


class MetaStateOut(Out):
    """A state, and the fields that can be changed in it."""

    state: str
    label: str
    initial: bool
    terminal: bool
    editable_fields: list[str]


class MetaTransitionOut(Out):
    """An action: from which states, to which (none: the state stays), with which permission, by which side alone."""

    action: str
    label: str
    from_: list[str] = Field(alias="from")
    to: list[str]
    permission: str
    side: Literal["vendor", "partner"] | None


class MetaPassageOut(Out):
    """States that follow one another with nobody asking: time has passed, or something happened elsewhere."""

    from_: str = Field(alias="from")
    to: list[str]


class MetaLifecycleOut(Out):
    """The state machine of an object."""

    states: list[MetaStateOut]
    transitions: list[MetaTransitionOut]
    by_itself: list[MetaPassageOut]


class MetaObjectOut(Out):
    """An object of the API."""

    object: str
    label: str
    label_plural: str
    path: str
    id_prefix: str | None
    permission: str
    fields: list[MetaFieldOut]
    lifecycle: MetaLifecycleOut | None


class MetaReasonOut(Out):
    """A code that says why: in `reasons`, in the trace of a decision, or of what is wrong with a CEL expression."""

    code: str
    label: str


class MetaOut(Out):
    """The objects of the API, with labels in one language."""

    object: Literal["meta"]
    locale: str
    locales: list[str]
    objects: list[MetaObjectOut]
    reasons: list[MetaReasonOut]
