"""Bodies of share templates."""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from services.deals.ids import ShareTemplateId
from services.deals.share_templates.rules import SHAREABLE
from shared.web.models import Body, Code, LifecycleOut, Patch, Short

Shareable = Annotated[
    str,
    Field(
        pattern=f"^({'|'.join(name.replace('.', '[.]') for name in SHAREABLE)})$",
        description=f"A field of a deal that can be shared: {', '.join(SHAREABLE)}.",
        examples=["title"],
    ),
]
Fields = Annotated[list[Shareable], Field(min_length=1, max_length=len(SHAREABLE))]
Preview = Annotated[list[Shareable], Field(max_length=len(SHAREABLE))]
Days = Annotated[int, Field(ge=1, le=90, description="For how many days an invitation can be answered.")]


class ShareTemplateIn(Body):
    """The next version of a template, as a draft.

    `fields` are shared once the invitation is accepted, `preview` before. Nothing that is not listed is ever shown.
    """

    id: ShareTemplateId | None = None
    code: Code
    name: Short
    fields: Fields
    preview: Preview = []
    invitation_days: Days = 14
    needs_approval: bool = False


class ShareTemplatePatch(Patch):
    """A change to a draft; a list given replaces the list that was there."""

    name: Annotated[Short, Field(default_factory=str)]
    fields: Annotated[Fields, Field(default_factory=list)]
    preview: Annotated[Preview, Field(default_factory=list)]
    invitation_days: Annotated[Days, Field(default_factory=int)]
    needs_approval: Annotated[bool, Field(default_factory=bool)]


class ShareTemplateOut(LifecycleOut):
    """A version of a template. Published, it never changes again; engagements keep the version they began with."""

    code: str
    name: str
    template_version: int
    fields: list[str]
    preview: list[str]
    invitation_days: int
    needs_approval: bool
    published_at: datetime | None
