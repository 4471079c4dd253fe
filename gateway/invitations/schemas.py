"""Accepting an invitation."""

from gateway.sign_in.schemas import Password
from shared.web.models import Body


class AcceptIn(Body):
    """The password to sign in with; for somebody who has an account already, the one it has."""

    password: Password
