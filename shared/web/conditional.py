"""Conditional requests: the ETag is `"<version>.<hash of what shaped this representation>"`."""

import hashlib
import re
from functools import lru_cache
from typing import Final

from shared.auth.principal import Caller
from shared.errors import StaleVersion

_ETAG: Final = re.compile(r'^(?:W/)?"(\d{1,9})(?:\.[0-9a-f]{1,32})?"$')


def etag(version: int, caller: Caller, fields: str | None, encodings: str | None = None) -> str:
    """Return the ETag of a version as this caller sees it; `encodings` is the request's Accept-Encoding."""
    zipped = encodings is not None and "gzip" in encodings
    shape = _shaped_by(caller.kind, caller.account_id, caller.scope, fields or "", zipped)
    return f'"{version}.{shape}"'


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
    """Return the version an If-Match names, None for `*`; raises StaleVersion for anything that is no ETag of ours."""
    if header.strip() == "*":
        return None
    found = _ETAG.match(header.strip())
    if found is None:
        raise StaleVersion("If-Match does not name a version of this object.")
    return int(found.group(1))
