"""What was added to an object, on the wire: the members that the bodies of every extensible resource share."""

from typing import Annotated, Any

from pydantic import Field, StringConstraints

from shared.web.models import Body, ExternalReferenceIn, ExternalReferenceOut, Out, Patch

MOST_REFERENCES = 20
Metadata = Annotated[
    dict[
        Annotated[str, StringConstraints(min_length=1, max_length=64)],
        Annotated[str, StringConstraints(max_length=500)],
    ],
    Field(max_length=50, description="Texts of an integrator's own, at most 50; a patch replaces them all."),
]
CustomFields = Annotated[
    dict[Annotated[str, StringConstraints(min_length=1, max_length=64)], Any],
    Field(
        max_length=200, description="Values of the tenant's custom fields by key; null clears, what is left out stays."
    ),
]
References = Annotated[
    list[ExternalReferenceIn],
    Field(
        max_length=MOST_REFERENCES,
        description="What other systems of the caller's side call this; each is unique for that side. A patch replaces them.",
    ),
]


class ExtensionsIn(Body):
    """What a new object carries for its vendor and its integrators."""

    metadata: Metadata = {}
    custom_fields: CustomFields = {}
    external_references: References = []


class ExtensionsPatch(Patch):
    """Changes of what an object carries for its vendor and its integrators."""

    metadata: Annotated[Metadata, Field(default_factory=dict)]
    custom_fields: Annotated[CustomFields, Field(default_factory=dict)]
    external_references: Annotated[References, Field(default_factory=list)]


class ExtensionsOut(Out):
    """What an object carries for its vendor and its integrators; each side is shown its own references."""

    metadata: dict[str, str]
    custom_fields: dict[str, Any]
    external_references: list[ExternalReferenceOut]
