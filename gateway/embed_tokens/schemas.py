"""Embed tokens on the wire."""

from typing import Annotated

from pydantic import Field, StringConstraints

from shared.web.models import Body, Out, id_of

Origin = Annotated[
    str,
    StringConstraints(
        pattern=r"^(https://[a-z0-9.-]{1,253}(:[0-9]{1,5})?|http://(localhost|127\.0\.0\.1)(:[0-9]{1,5})?)$"
    ),
    Field(
        description="The origin of the page, as browsers send it; from any other the token is refused.",
        examples=["https://portal.example"],
    ),
]
# Spelled out: a wildcard would be what the page needs today, and what is added tomorrow.
NarrowScope = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z][a-z-]{0,60}:[a-z][a-z-]{0,30}(:(own|org|subtree))?$"),
    Field(examples=["deals:read"]),
]


class EmbedTokenIn(Body):
    """For whom, for what and where. `account_id` is a person of the partner, whose rights then limit the token too."""

    partner_id: id_of("ptr") | None = None  # type: ignore[valid-type]
    account_id: id_of("acc") | None = None  # type: ignore[valid-type]
    scopes: Annotated[list[NarrowScope], Field(min_length=1, max_length=20)]
    origin: Origin
    expires_in: Annotated[int, Field(ge=30, le=600, description="Seconds.")] = 300


class EmbedTokenOut(Out):
    """The token for the page, which is shown this once."""

    object: str
    access_token: str
    token_type: str
    expires_in: int
    scope: str
    partner_id: str
    account_id: str | None
    origin: str
