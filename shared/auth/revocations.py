"""Revoked sessions and tokens, polled from the gateway each second and looked up before the token cache."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterator
from datetime import datetime

from shared import clock, logs
from shared.auth.principal import Caller

# (position, [(revoked id, seconds since the epoch until which tokens of it may live)])
Page = tuple[int, list[tuple[str, float]]]
# The longest that a token given out a moment ago can live, and a minute for clocks that differ.
KEPT_SECONDS = 660
# A token that is signed while somebody leaves is as good as one from before.
_SIGNING_SECONDS = 2
_BOUND = 100_000
_OF_ROLES = "roles/"
_OF_STANDING = "standing/"
_STALE_SECONDS = 5.0
_LOG = logs.logger("revocations")


def stood_before(partner_id: str, standing_version: int) -> str:
    """Return the id under which the tokens of a partner's keys, apps and pages are revoked that say how it stood before."""
    return f"{_OF_STANDING}{partner_id}/{standing_version}"


def earlier_pages_of(account_id: str, partner_id: str | None) -> str:
    """Return the id under which the tokens are revoked that pages have by now for somebody, at one partner or at all."""
    return f"pages/{account_id}/{partner_id or '*'}"


def held_by(account_id: str, partner_id: str | None) -> str:
    """Return the id under which the tokens of keys and apps are revoked whose secrets somebody was shown who has left."""
    return f"held/{account_id}/{partner_id or 'vendor'}"


def signed_by(kid: str) -> str:
    """Return the id under which every token is revoked that a signing key which was withdrawn has signed, or will."""
    return f"kid/{kid}"


def given_before(account_id: str, roles_version: int) -> str:
    """Return the id under which the tokens are revoked that somebody has of roles as they were before this version."""
    return f"{_OF_ROLES}{account_id}/{roles_version}"


class Revocations:
    """A bounded set of revoked session ids, token ids, client ids, account ids and key ids."""

    def __init__(self, fetch: Callable[[int], Awaitable[Page]] | None = None) -> None:
        self._fetch = fetch
        self._revoked: OrderedDict[str, float] = OrderedDict()
        self._versions: OrderedDict[str, tuple[float, int]] = OrderedDict()
        self._position = 0
        self._fresh_at = clock.monotonic()

    def add(self, revoked: str, until: float) -> None:
        """Refuse this id from now on; `until` is when the last token that bears it will have expired."""
        if revoked.startswith((_OF_ROLES, _OF_STANDING)):
            whose, _, version = revoked.rpartition("/")
            self._versions[whose] = until, int(version)
        else:
            self._revoked[revoked] = until
        for known in (self._revoked, self._versions):
            while len(known) > _BOUND:
                known.popitem(last=False)

    def covers(self, caller: Caller, jti: str, key: str = "") -> bool:
        """Tell whether a token of this caller was revoked, or all that were `signed_by` its key."""
        by_itself = caller.client_id is not None and caller.session_id is None
        not_a_persons = by_itself or caller.origin is not None
        if self._versions and (self._has_earlier_roles(caller) or (not_a_persons and self._stood_before(caller))):
            return True
        known = self._revoked
        if not known:
            return False
        if (
            jti in known
            or key in known
            or any(
                each is not None and each in known for each in (caller.session_id, caller.client_id, caller.account_id)
            )
        ):
            return True
        return not_a_persons and any(self._was_revoked(group, caller) for group in _groups_of(caller))

    def _has_earlier_roles(self, caller: Caller) -> bool:
        """Tell whether the token says what roles allowed before they were narrowed, of its person or of its maker."""
        if caller.roles_version is None:
            return False
        found = (self._versions.get(f"{_OF_ROLES}{account}") for account in (caller.account_id, caller.holder_id))
        return any(each is not None and caller.roles_version < each[1] for each in found)

    def _stood_before(self, caller: Caller) -> bool:
        """Tell whether the token says what was left to its partner before its standing changed."""
        found = self._versions.get(f"{_OF_STANDING}{caller.partner_id}")
        return found is not None and (caller.standing_version or 0) < found[1]

    def _was_revoked(self, group: str, caller: Caller) -> bool:
        """Tell whether a group of tokens was revoked after this one was given out; later ones are good."""
        until = self._revoked.get(group)
        return until is not None and caller.issued_at <= until - KEPT_SECONDS + _SIGNING_SECONDS

    def fault(self) -> str | None:
        """Say what is wrong when the list could not be refreshed for five seconds."""
        if self._fetch is None or clock.monotonic() - self._fresh_at <= _STALE_SECONDS:
            return None
        return "stale"

    async def refresh(self, *, now: datetime) -> None:
        """Ask for what was revoked since the last time, and forget what has expired."""
        if self._fetch is None:
            return
        self._position, added = await self._fetch(self._position)
        for revoked, until in added:
            self.add(revoked, until)
        for revoked in [each for each, until in self._revoked.items() if until < now.timestamp()]:
            del self._revoked[revoked]
        for whose in [each for each, (until, _) in self._versions.items() if until < now.timestamp()]:
            del self._versions[whose]
        self._fresh_at = clock.monotonic()

    async def run(self) -> None:
        """Refresh each second until cancelled."""
        while True:
            try:
                await self.refresh(now=clock.now())
            except asyncio.CancelledError:
                raise
            except Exception as error:
                if self.fault() is not None:
                    _LOG.warning("revocations not refreshed", error=repr(error)[:200])
            await asyncio.sleep(1.0)


def _groups_of(caller: Caller) -> Iterator[str]:
    """Yield the groups of tokens that one of a key, an app or a page is among."""
    if caller.holder_id is not None:
        yield held_by(caller.holder_id, caller.partner_id)
    if caller.origin is not None:
        yield earlier_pages_of(caller.account_id, caller.partner_id)
        yield earlier_pages_of(caller.account_id, None)
        if caller.holder_id is not None:
            # The vendor's key makes tokens for the pages of any partner.
            yield held_by(caller.holder_id, None)
