"""A custom field on the wire."""

from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from shared.extensions.fields import LONGEST_TEXT
from shared.web.models import Body, Code, LifecycleOut, Out, Patch, Short, id_of

Key = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$"), Field(examples=["region"])]
Kind = Literal[
    "text", "long_text", "number", "integer", "boolean", "date", "instant", "choice", "multi_choice", "email", "url"
]
Bound = Annotated[str, StringConstraints(min_length=1, max_length=40), Field(examples=["0", "2026-01-01"])]
MaxLength = Annotated[int, Field(ge=1, le=LONGEST_TEXT)]
Ordinal = Annotated[int, Field(ge=0, le=10_000, description="Its place among the fields of a form.")]


class LabelIn(Body):
    """What people read, by language; English where there is no other."""

    en: Short
    de: Short | None = None
    hu: Short | None = None


class ChoiceIn(Body):
    """One of the values a choice can have."""

    code: Code
    label: LabelIn | None = None


Choices = Annotated[list[ChoiceIn], Field(max_length=200)]


class CustomFieldIn(Body):
    """A new field. Its key, its type and whether partners see it stay as they are."""

    id: id_of("field") | None = None  # type: ignore[valid-type]
    applies_to: Literal["deal", "lead", "partner"]
    key: Key
    type: Kind
    label: LabelIn
    required: bool = False
    choices: Choices = []
    minimum: Bound | None = None
    maximum: Bound | None = None
    max_length: MaxLength | None = None
    visible_to_partner: bool = False
    editable_by_partner: bool = False
    default_value: Any = None
    ordinal: Ordinal = 0


class CustomFieldPatch(Patch):
    """What can change of a field. Values that objects have already stay as they are."""

    label: Annotated[LabelIn, Field(default_factory=lambda: LabelIn(en="-"))]
    required: Annotated[bool, Field(default_factory=bool)]
    choices: Annotated[Choices, Field(default_factory=list)]
    minimum: Bound | None = None
    maximum: Bound | None = None
    max_length: MaxLength | None = None
    editable_by_partner: Annotated[bool, Field(default_factory=bool)]
    default_value: Any = None
    ordinal: Annotated[Ordinal, Field(default_factory=int)]


class LabelOut(Out):
    """What people read, by language."""

    en: str
    de: str | None
    hu: str | None


class ChoiceOut(Out):
    """One of the values a choice can have."""

    code: str
    label: LabelOut | None


class CustomFieldOut(LifecycleOut):
    """A field that a tenant has added to its deals, leads or partners."""

    applies_to: str
    key: str
    type: str
    label: LabelOut
    required: bool
    choices: list[ChoiceOut]
    minimum: str | None
    maximum: str | None
    max_length: int | None
    visible_to_partner: bool
    editable_by_partner: bool
    default_value: Any
    ordinal: int
