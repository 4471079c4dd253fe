"""Makes access tokens (RFC 9068): the claims of people, apps, services and the anonymous."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from gateway.keys.keyring import Keyring
from shared import clock
from shared.auth.principal import FIRST_PARTY
from shared.auth.revocations import Revocations
from shared.db.pool import Database
from shared.service import AUDIENCE, INTERNAL_AUDIENCE

LIFETIME_SECONDS: Final = 600
ANONYMOUS_SECONDS: Final = 60


@dataclass(frozen=True, slots=True)
class Grantee:
    """Who a token speaks for. `partner_id` makes it a token of the partner's side."""

    tenant_id: str
    mode: str
    subject: str
    client_id: str
    scopes: tuple[str, ...]
    partner_id: str | None = None
    person_id: str | None = None
    session_id: str | None = None
    holder_id: str | None = None
    origin: str | None = None
    roles_version: int | None = None
    standing_version: int | None = None

    def claims(self) -> dict[str, Any]:
        """Return the claims of this grantee; what is unknown is left out."""
        claims = {
            "sub": self.subject,
            "tenant": self.tenant_id,
            "partner": self.partner_id,
            "kind": "partner" if self.partner_id else "vendor",
            "sid": self.session_id,
            "person": self.person_id,
            "holder": self.holder_id,
            "scope": " ".join(self.scopes),
            "client_id": self.client_id,
            "mode": self.mode,
            "origin": self.origin,
            "rv": self.roles_version,
            "sv": self.standing_version,
        }
        return {name: value for name, value in claims.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Issuer:
    """What every feature that gives out tokens works with: the keys, the database, and what this process has revoked."""

    database: Database
    keyring: Keyring
    revoked: Revocations
    url: str
    wall: Callable[[], datetime] = clock.now
    """What business time is read from; tokens go by the wall clock itself."""

    def token(self, grantee: Grantee, *, seconds: int = LIFETIME_SECONDS) -> str:
        """Return an access token that lives LIFETIME_SECONDS, or shorter."""
        return self._sign(grantee.claims(), audience=AUDIENCE, seconds=min(seconds, LIFETIME_SECONDS))

    def anonymous(self, *, tenant_id: str, mode: str, scope: str) -> str:
        """Return a token of nobody for one public operation, living ANONYMOUS_SECONDS."""
        claims = {
            "sub": "anonymous",
            "tenant": tenant_id,
            "kind": "anonymous",
            "scope": scope,
            "client_id": FIRST_PARTY,
            "mode": mode,
        }
        return self._sign(claims, audience=AUDIENCE, seconds=ANONYMOUS_SECONDS)

    def internal(self, client_id: str) -> str:
        """Return a service's own token, good only for the internal operations of its sisters."""
        claims = {"sub": client_id, "tenant": "system", "kind": "internal", "scope": "*:*", "client_id": client_id}
        return self._sign(claims, audience=INTERNAL_AUDIENCE, seconds=LIFETIME_SECONDS)

    def _sign(self, claims: dict[str, Any], *, audience: str, seconds: int) -> str:
        now = int(clock.now().timestamp())
        times = {"iat": now, "exp": now + seconds, "jti": uuid.uuid4().hex}
        return self.keyring.signer.sign({**claims, **times, "aud": audience})
