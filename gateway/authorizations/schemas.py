"""Consent on the wire."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from shared.web.models import Body, Out, id_of

_Text = Annotated[str, StringConstraints(min_length=1, max_length=2000)]


class AuthorizationRequestIn(Body):
    """The query that the app sent the browser to `/oauth/authorize` with."""

    response_type: _Text
    client_id: id_of("oac")  # type: ignore[valid-type]
    redirect_uri: _Text
    scope: Annotated[str, StringConstraints(max_length=4000)] | None = None
    state: Annotated[str, StringConstraints(max_length=2000)] | None = None
    code_challenge: _Text | None = None
    code_challenge_method: _Text | None = None


class AuthorizationIn(AuthorizationRequestIn):
    """The app's request, and what the person says to it."""

    decision: Literal["approve", "deny"]


class AuthorizationOut(Out):
    """Where to send the person's browser. A `refused` one tells the app why, with an error of RFC 6749."""

    object: str
    status: Annotated[str, Field(examples=["granted", "refused"])]
    redirect_to: str
    scope: str | None
    error: str | None
    expires_in: int | None


class AppOut(Out):
    """The app that asks, as a consent page shows it."""

    client_id: str
    name: str
    kind: str
    partner_id: str | None


class AuthorizationPreviewOut(Out):
    """What the person would allow; `scope` is null where the app would be refused, and `error` says why."""

    object: str
    client: AppOut
    redirect_uri: str
    scope: str | None
    error: str | None
