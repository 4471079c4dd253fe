"""Second factors on the wire."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from shared.web.models import Body, LifecycleOut, Out, Short, id_of

Code = Annotated[
    str,
    StringConstraints(min_length=6, max_length=40),
    Field(description="Six digits of the authenticator app, or a recovery code.", examples=["492039"]),
]


class SecondFactorOut(LifecycleOut):
    """How somebody proves who they are beside the password. It counts from `active` on."""

    account_id: str
    kind: str
    name: str
    confirmed_at: datetime | None


class SecondFactorSecretOut(SecondFactorOut):
    """A new second factor with its seed, which is shown this once: as text, and as the URI that a QR code holds."""

    secret: str
    otpauth_uri: str


class SecondFactorConfirmedOut(SecondFactorOut):
    """A second factor that counts from now on, with the codes for when the device is gone; each is good once."""

    recovery_codes: list[str]


class SecondFactorIn(Body):
    """A new second factor; the password shows that it is the person who asks."""

    kind: Literal["totp"] = "totp"
    name: Short = "Authenticator app"
    password: Annotated[str, StringConstraints(min_length=1, max_length=256)]


class CodeIn(Body):
    """A fresh code; one that was used before is refused."""

    code: Code


class SecondFactorResetIn(Body):
    """Whose second factor was lost: a member of the vendor's staff, or a partner's person."""

    account_id: id_of("acc") | None = None  # type: ignore[valid-type]
    person_id: id_of("per") | None = None  # type: ignore[valid-type]


class SecondFactorResetOut(Out):
    """How many second factors were taken away."""

    object: str
    removed: int
