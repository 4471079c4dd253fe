"""Bodies of domain links."""

from typing import Annotated, Literal

from pydantic import Field

from services.deals.ids import DomainLinkId
from shared.web.models import Body, Patch, ResourceOut, Short

Kind = Annotated[Literal["alias", "parent"], Field(description="How the domain `to_domain` stands to `from_domain`.")]


class DomainLinkIn(Body):
    """`to_domain` is another domain of the company that `from_domain` belongs to, or one of its parent company."""

    id: DomainLinkId | None = None
    from_domain: Annotated[Short, Field(examples=["globex.hu"])]
    to_domain: Annotated[Short, Field(examples=["globex.com"])]
    kind: Kind


class DomainLinkPatch(Patch):
    """A change of what a link says."""

    kind: Annotated[Kind, Field(default="alias")]


class DomainLinkOut(ResourceOut):
    """Two domains of one house, each as it can be registered."""

    from_domain: str
    to_domain: str
    kind: Kind
