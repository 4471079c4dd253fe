"""Accepting an invitation."""

from gateway.second_factors.schemas import Code
from gateway.sign_in.schemas import Password
from shared.web.models import Body


class AcceptIn(Body):
    """The password to sign in with; for somebody who has an account already, the one it has, and a code where it asks."""

    password: Password
    code: Code | None = None
