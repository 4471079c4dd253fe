"""How one service reaches the rest of the system: by ASGI apps, whether they live in this process or forward to another."""

import hashlib
import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from shared import clock
from shared.auth.revocations import Page, Revocations
from shared.auth.tokens import KeySource
from shared.errors import Unavailable
from shared.web.metrics import Metrics
from shared.web.peer import ASGI, Peer, call


def client_secret(secret_key: str, service: str) -> str:
    """Return the secret of a service's own OAuth client, derived from the installation's secret key."""
    return hmac.new(secret_key.encode(), f"internal client {service}".encode(), hashlib.sha256).hexdigest()


@dataclass(slots=True)
class InternalClient:
    """A service's own identity: fetches its internal token from the gateway and keeps it until shortly before it expires."""

    service: str
    gateway: ASGI
    secret_key: str
    _token: str = ""
    _until: datetime = field(default=datetime.min.replace(tzinfo=UTC))

    async def token(self) -> str:
        """Return a valid internal token; raises Unavailable while the gateway gives none."""
        now = clock.now()
        if now >= self._until:
            form = {
                "grant_type": "client_credentials",
                "client_id": f"service:{self.service}",
                "client_secret": client_secret(self.secret_key, self.service),
            }
            headers = {"content-type": "application/x-www-form-urlencoded"}
            answer = await call(self.gateway, "POST", "/oauth/token", headers=headers, body=urlencode(form).encode())
            if answer.status != 200:
                raise Unavailable(f"The gateway answered {answer.status} to {self.service}'s request for a token.")
            granted = answer.json()
            self._token = granted["access_token"]
            self._until = now + timedelta(seconds=granted["expires_in"] - 60)
        return self._token

    def forget(self, refused: str) -> None:
        """Ask for another token the next time, where this one is the one that is kept."""
        if refused == self._token:
            self._until = datetime.min.replace(tzinfo=UTC)

    async def published_keys(self) -> Mapping[str, Any]:
        """Return the gateway's JSON Web Key Set."""
        answer = await call(self.gateway, "GET", "/.well-known/jwks.json")
        if answer.status != 200:
            raise Unavailable("The gateway's keys cannot be read.")
        keys: Mapping[str, Any] = answer.json()
        return keys

    async def revoked_since(self, position: int) -> Page:
        """Return what was revoked after a position."""
        gateway = Peer(self.gateway, token=self.token, refused=self.forget)
        answer = await gateway.get("/internal/revocations", query=f"after={position}")
        if answer.status != 200:
            raise Unavailable("The list of revocations cannot be read.")
        document = answer.json()
        return document["position"], [(each[0], each[1]) for each in document["revoked"]]


@dataclass(slots=True)
class Links:
    """What `create_app` of a service is given to reach its sisters.

    `wall` is what business time is read from; tokens, limits and retries always go by the wall clock itself.
    """

    issuer: str
    keys: KeySource
    peers: Mapping[str, Peer]
    revocations: Revocations
    cursor_secret: bytes
    wall: Callable[[], datetime] = clock.now
    metrics: Metrics = field(default_factory=Metrics)


def links_of(
    service: str,
    *,
    apps: Mapping[str, ASGI],
    issuer: str,
    secret_key: str,
    metrics: Metrics,
    wall: Callable[[], datetime] = clock.now,
) -> Links:
    """Return the links of a service over the ASGI apps of all five, `gateway` among them."""
    client = InternalClient(service, apps["gateway"], secret_key)
    return Links(
        issuer=issuer,
        keys=client.published_keys,
        peers={name: Peer(app, token=client.token, refused=client.forget) for name, app in apps.items()},
        revocations=Revocations(client.revoked_since),
        cursor_secret=secret_key.encode(),
        wall=wall,
        metrics=metrics,
    )
