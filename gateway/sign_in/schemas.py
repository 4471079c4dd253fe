"""Signing in."""

from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints

from gateway.credentials.passwords import is_easily_guessed
from gateway.second_factors.schemas import Code
from shared.web.models import Body, Out, id_of


def _not_easily_guessed(password: str) -> str:
    if is_easily_guessed(password):
        raise ValueError("easily guessed: a common word with digits or signs, a row of keys, or few characters")
    return password


# Long enough for a phrase, bounded so that hashing it costs little.
Password = Annotated[str, StringConstraints(min_length=10, max_length=256), AfterValidator(_not_easily_guessed)]


class Credentials(Body):
    """A mail address and a password; `partner_id` chooses among the partners that the account acts for.

    `code` where the account has a second factor: without it the answer is `second_factor_required`.
    """

    email: Annotated[str, StringConstraints(min_length=1, max_length=254)]
    password: Annotated[str, StringConstraints(min_length=1, max_length=256, pattern=r"\S")]
    partner_id: id_of("ptr") | None = None  # type: ignore[valid-type]
    code: Code | None = None


class SwitchIn(Body):
    """The partner to act for from now on; null for the vendor, where the account is of its staff."""

    partner_id: id_of("ptr") | None  # type: ignore[valid-type]


class PlaceOut(Out):
    """A partner that the account acts for, and as what."""

    partner_id: str
    person_id: str
    roles: list[str]


class TenantRefOut(Out):
    """The vendor signed in at."""

    id: str
    slug: str
    name: str
    mode: str
    default_locale: str


class SignedInAccountOut(Out):
    """Who signed in, for whom, and for whom else they could."""

    object: str
    id: str
    email: str
    given_name: str
    family_name: str
    kind: str
    partner_id: str | None
    person_id: str | None
    roles: list[str]
    memberships: list[PlaceOut]
    tenant: TenantRefOut


class SessionGrantOut(Out):
    """Tokens of a new session. The refresh token is good once."""

    access_token: Annotated[str, Field(description="RFC 9068 access token.")]
    token_type: str
    expires_in: int
    refresh_token: str
    scope: str
    session_id: str
    account: SignedInAccountOut
