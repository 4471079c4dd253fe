"""Asking for a new password, and choosing it."""

from gateway.sign_in.schemas import Password
from shared.web.models import Body, Email, Out


class ResetIn(Body):
    """The address of the account."""

    email: Email


class ResetAskedOut(Out):
    """The same answer whether or not there is such an account."""

    status: str


class ConfirmIn(Body):
    """The new password."""

    password: Password


class ResetDoneOut(Out):
    """The password is set, and every session has ended."""

    status: str
