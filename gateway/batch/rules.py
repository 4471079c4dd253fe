"""What may be part of a batch. Pure."""

import re
from collections.abc import Iterator, Mapping
from typing import Final
from urllib.parse import unquote_to_bytes

from shared.errors import BadRequest, Fault, Problem, TooLarge

ACCEPTED: Final = ("Accept-Language", "Idempotency-Key", "If-Match", "If-None-Match")
"""The headers that a request in a batch may bring along."""
_TARGET: Final = re.compile(r"/v1(/[A-Za-z0-9._~!$&'()*+,;=:@%-]+)+(\?[!\"$-~]*)?")
_VALUE: Final = re.compile(r"[!-~]([ -~]*[!-~])?")
_HEADERS: Final = frozenset(name.lower() for name in ACCEPTED)
# How people and apps get in, where guessing has prices of its own.
_ALONE: Final = frozenset({"authorizations", "batch", "invitations", "password-resets", "sessions"})
_LAST_ALONE: Final = frozenset({"batch", "stream"})


class OnlyAlone(BadRequest):
    """This cannot be part of a batch; send it alone."""

    code, title = "only_alone", "Not part of a batch"


class AnswersTooLarge(TooLarge):
    """The answers before this one are so large together that it was not tried; send it in another batch."""

    code, title = "answers_too_large", "Answers too large"


class NotTried(Problem):
    """A request before this one has failed, so it was not tried."""

    status, code, title = 424, "not_tried", "Not tried"


def refusals(path: str, headers: Mapping[str, str], *, pointer: str) -> Iterator[Fault]:
    """Yield what must not be sent in a request of a batch; `pointer` is where the request stands."""
    named = [name.lower() for name in headers]
    if set(named) - _HEADERS:
        yield Fault(f"{pointer}/headers", "unknown_field", "A request in a batch does not take this header.")
    if len(set(named)) < len(named):
        yield Fault(f"{pointer}/headers", "wrong_form", "A header is given twice.")
    if not all(_VALUE.fullmatch(value) for value in headers.values()):
        yield Fault(f"{pointer}/headers", "wrong_form", "The value of a header is printable ASCII.")
    segments = segments_of(path)
    if segments is None:
        yield Fault(
            f"{pointer}/path", "wrong_form", "A path begins with /v1/, without empty segments or steps upwards."
        )
    elif segments[1] in _ALONE or segments[-1] in _LAST_ALONE:
        yield Fault(f"{pointer}/path", "only_alone", "This cannot be part of a batch; send it alone.")


def segments_of(target: str) -> tuple[str, ...] | None:
    """Return the segments of a request's path, decoded as a server decodes it; None for one that must not be sent."""
    if _TARGET.fullmatch(target) is None:
        return None
    try:
        path = unquote_to_bytes(target.partition("?")[0]).decode()
    except UnicodeDecodeError:
        return None
    segments = tuple(path.split("/")[1:])
    stepping = any(each in ("", ".", "..") for each in segments)
    return None if stepping or not path.isprintable() or "\\" in path else segments
