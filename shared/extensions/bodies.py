"""What was added to an object, on the wire: the members that the bodies of every extensible resource share."""

from typing import Annotated, Any

from pydantic import Field, StringConstraints

from shared.web.models import Body, ExternalReferenceIn, ExternalReferenceOut, Out, Patch

MOST_REFERENCES = 20
MOST_NOTES = 50
_NoteKey = Annotated[str, StringConstraints(min_length=1, max_length=64)]
_Note = Annotated[str, StringConstraints(max_length=500)]
Metadata = Annotated[
    dict[_NoteKey, _Note],
    Field(max_length=MOST_NOTES, description=f"Texts of an integrator's own, at most {MOST_NOTES}."),
]
MetadataPatch = Annotated[
    dict[_NoteKey, _Note | None],
    # All that is there, and as many others in its place.
    Field(
        max_length=2 * MOST_NOTES,
        description=f"Texts of an integrator's own, at most {MOST_NOTES} in the end; null removes, what is left out stays.",
    ),
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

    metadata: Annotated[MetadataPatch | None, Field(default_factory=dict)]
    custom_fields: Annotated[CustomFields | None, Field(default_factory=dict)]
    external_references: Annotated[References | None, Field(default_factory=list)]


class ExtensionsOut(Out):
    """What an object carries for its vendor and its integrators; each side is shown its own references."""

    metadata: dict[str, str]
    custom_fields: dict[str, Any]
    external_references: list[ExternalReferenceOut]
