"""Conditional requests: the ETag is `"<version>.<hash of what shaped this representation>"`."""

import hashlib
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from shared.auth.principal import Caller
from shared.errors import PreconditionFailed, Problem, StaleVersion

_ETAG: Final = re.compile(r'^"(\d{1,9})(?:\.[0-9a-f]{1,32})?"$')


def etag(version: int, caller: Caller, fields: str | None, encodings: str | None = None) -> str:
    """Return the ETag of a version as this caller sees it; `encodings` is the request's Accept-Encoding."""
    shape = _shaped_by(caller.kind, caller.account_id, caller.scope, fields or "", may_be_packed(encodings))
    return f'"{version}.{shape}"'


def may_be_packed(encodings: str | None) -> bool:
    """Tell whether an Accept-Encoding allows gzip (RFC 9110, section 12.5.3): the answer is a representation of its own then."""
    return encodings is not None and _allows_gzip(encodings)


@lru_cache(maxsize=256)
def _allows_gzip(accepted: str) -> bool:
    given = {part.partition(";")[0].strip(): part.partition(";")[2] for part in accepted.lower().split(",")}
    weight = given.get("gzip", given.get("*"))
    return weight is not None and weight.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")


@lru_cache(maxsize=4096)
def _shaped_by(kind: str, account_id: str, scope: str, fields: str, zipped: bool) -> str:
    # The account too: what one person prepared, another may approve.
    return hashlib.blake2b(f"{kind}|{account_id}|{scope}|{fields}|{zipped}".encode(), digest_size=4).hexdigest()


def matches(header: str | None, current: str) -> bool:
    """Tell whether an If-None-Match names this ETag; compared weakly, as RFC 9110 (section 13.1.2) has it."""
    if header is None:
        return False
    named = [each.strip().removeprefix("W/") for each in header.split(",")]
    return "*" in named or current.removeprefix("W/") in named


def version_in(header: str) -> int | None:
    """Return the version an If-Match names, None for `*`, 0, which none has, for anything that is no ETag of ours."""
    if header.strip() == "*":
        return None
    found = _ETAG.match(header.strip())
    return int(found.group(1)) if found is not None else 0


@dataclass(frozen=True, slots=True)
class Condition:
    """What a write expects that may create or change: the headers If-Match and If-None-Match as they were sent, if they were."""

    if_match: str | None = None
    if_none_match: str | None = None

    def require(self, row: Mapping[str, Any] | None) -> None:
        """Hold what there is, or None, to it; raises StaleVersion for another version, PreconditionFailed otherwise."""
        if self.if_match is not None:
            version = version_in(self.if_match)
            if row is None:
                raise PreconditionFailed("If-Match asks for an object that is there, and there is none.")
            if version not in (None, row["version"]):
                raise StaleVersion()
        if self.if_none_match is not None and row is not None and _names(self.if_none_match, row["version"]):
            raise PreconditionFailed("If-None-Match asks for no such object to be there, and there is one.")


UNCONDITIONAL: Final = Condition()


def condition_in(headers: Mapping[str, str]) -> Condition:
    """Return what the headers of a request expect."""
    return Condition(headers.get("if-match"), headers.get("if-none-match"))


async def refused_in_any_version(
    endpoint: Callable[..., Awaitable[Any]], arguments: Mapping[str, Any]
) -> Problem | None:
    """Return the conflict that an operation meets in any version: it is told before a stale one is.

    For an operation that is known to be refused; what it does until then goes with the transaction.
    """
    try:
        await endpoint(**arguments)
    except Problem as problem:
        return problem if problem.status == 409 else None
    return None


def _names(header: str, version: int) -> bool:
    """Tell whether one of the ETags of a header is of this version, or stands for any."""
    named = [each.strip().removeprefix("W/") for each in header.split(",")]
    found = [_ETAG.match(each) for each in named]
    return "*" in named or any(int(each.group(1)) == version for each in found if each is not None)
