"""How long to wait after failed sign-ins: never a lock-out, so nobody can shut somebody else out."""

from shared.errors import TooManyRequests, Unauthenticated

FREE_FOR_ACCOUNT, FREE_FOR_ADDRESS = 5, 100
LONGEST_SECONDS = 60
FORGOTTEN_AFTER_SECONDS = 900


class InvalidCredentials(Unauthenticated):
    """The mail address and the password do not belong together, or the account cannot sign in."""

    code, title = "invalid_credentials", "Sign-in refused"


class TooManyAttempts(TooManyRequests):
    """Too many failed attempts; wait as long as Retry-After says."""

    code, title = "too_many_attempts", "Too many attempts"


def pause(failures: int, *, free: int) -> int:
    """Return the seconds until the next attempt: none for the first `free` failures, then doubling from one to a minute."""
    if failures < free:
        return 0
    return int(min(2 ** min(failures - free, 10), LONGEST_SECONDS))
