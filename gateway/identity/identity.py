"""The gateway's identity as the edge in the same process uses it."""

from collections import OrderedDict
from typing import Final, TypeVar

from gateway.api_keys.commands import exchange
from gateway.credentials.hashing import digest_of
from gateway.tenants.queries import UnknownTenant, tenant_of
from gateway.tokens.issuer import ANONYMOUS_SECONDS, Issuer
from shared import clock
from shared.auth.tokens import Signer
from shared.errors import BadRequest

K = TypeVar("K")
V = TypeVar("V")
_REMEMBERED: Final = 10_000
# An API key's token is asked for anew well before it ends, and soon enough that new scopes arrive.
_EXCHANGED_SECONDS: Final = 60.0
_NAMED_SECONDS: Final = 60.0


class OtherTenant(BadRequest):
    """PRM-Tenant names another tenant than the one the token is for; leave it out, or sign in there."""

    code, title = "other_tenant", "Another tenant's token"


class Identity:
    """Tokens for callers who bring none of their own. Both kinds are remembered for a while."""

    def __init__(self, issuer: Issuer) -> None:
        self._issuer = issuer
        self._kid = ""
        self._exchanged: OrderedDict[str, tuple[float, str]] = OrderedDict()
        self._anonymous: OrderedDict[tuple[str, str], tuple[float, str]] = OrderedDict()
        self._named: OrderedDict[tuple[str, str], float] = OrderedDict()

    @property
    def signer(self) -> Signer:
        """The installation's active signer."""
        return self._issuer.keyring.signer

    async def exchange_api_key(self, key: str, *, refused: str | None = None) -> str:
        """Return an access token for an API key; raises InvalidToken. A revoked key's token is refused by its client id.

        One that was `refused` is not remembered any longer: who names it gets another, if the key is still good.
        """
        self._forget_other_keys()
        digest, now = digest_of(key), clock.monotonic()
        known = self._exchanged.get(digest)
        if known is not None and known[0] > now and known[1] != refused:
            return known[1]
        token, _ = await exchange(self._issuer, key)
        _remember(self._exchanged, digest, (now + _EXCHANGED_SECONDS, token))
        return token

    async def require_tenant(self, slug: str, *, tenant_id: str) -> None:
        """Raise OtherTenant unless the tenant has this slug; whether another has it is not told."""
        now, key = clock.monotonic(), (slug, tenant_id)
        if self._named.get(key, 0.0) > now:
            return
        try:
            found = await tenant_of(self._issuer.database, slug=slug, host=None)
        except UnknownTenant as error:
            raise OtherTenant() from error
        if found is None or found.id != tenant_id:
            raise OtherTenant()
        _remember(self._named, key, now + _NAMED_SECONDS)

    async def anonymous_token(self, *, tenant: str | None, host: str | None, scope: str) -> str:
        """Return a token for one public operation in the tenant of a slug or a host name; raises UnknownTenant."""
        self._forget_other_keys()
        name, now = (f"slug {tenant}" if tenant is not None else f"host {host}", scope), clock.monotonic()
        known = self._anonymous.get(name)
        if known is not None and known[0] > now:
            return known[1]
        found = await tenant_of(self._issuer.database, slug=tenant, host=host)
        if found is None:
            raise UnknownTenant()
        token = self._issuer.anonymous(tenant_id=found.id, mode=found.mode, scope=scope)
        _remember(self._anonymous, name, (now + ANONYMOUS_SECONDS / 2, token))
        return token

    def _forget_other_keys(self) -> None:
        """Forget what another key has signed: it may have been withdrawn."""
        kid = self.signer.kid
        if kid != self._kid:
            self._exchanged.clear()
            self._anonymous.clear()
            self._kid = kid


def _remember(known: "OrderedDict[K, V]", name: K, entry: V) -> None:
    known[name] = entry
    known.move_to_end(name)
    while len(known) > _REMEMBERED:
        known.popitem(last=False)
