"""Apps that act for people: how tests register one, and play the app, the browser and the portal's consent page."""

import base64
import hashlib
import secrets
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit

from tests.gateway.make import post_form
from tests.system import Client, Response, Tenant

BACK = "https://crm.example/callback"


@dataclass(frozen=True)
class ForPeople:
    """An app as its developer knows it: registered, with its secret where it has one."""

    tenant: Tenant
    client_id: str
    secret: str | None
    verifier: str = field(default_factory=lambda: secrets.token_urlsafe(48))

    @property
    def challenge(self) -> str:
        """The S256 challenge of its verifier."""
        return base64.urlsafe_b64encode(hashlib.sha256(self.verifier.encode()).digest()).decode().rstrip("=")

    def asks(self, **changed: str | None) -> dict[str, str]:
        """The query it sends a browser to /oauth/authorize with; None leaves a member out."""
        asked: dict[str, str | None] = {
            "response_type": "code",
            "client_id": self.client_id,
            "redirect_uri": BACK,
            "state": "xyz",
            "code_challenge": self.challenge,
            "code_challenge_method": "S256",
            **changed,
        }
        return {name: value for name, value in asked.items() if value is not None}

    async def posts(self, path: str, **fields: str) -> Response:
        """Send a form as this app, as confidential and public ones do."""
        basic = (self.client_id, self.secret) if self.secret else None
        return await post_form(
            self.tenant, path, fields if basic else {"client_id": self.client_id, **fields}, basic=basic
        )

    async def redeems(self, code: str, **changed: str) -> Response:
        """Exchange a code for tokens."""
        fields = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": BACK,
            "code_verifier": self.verifier,
        }
        return await self.posts("/oauth/token", **{**fields, **changed})

    async def refreshes(self, token: str, **more: str) -> Response:
        """Use a refresh token."""
        return await self.posts("/oauth/token", grant_type="refresh_token", refresh_token=token, **more)

    async def is_let_in(self, person: Client, **changed: str | None) -> Response:
        """The tokens it has after the person has agreed."""
        answer = await agrees(person, self, **changed)
        assert answer.status == 200 and answer["status"] == "granted", answer.json
        tokens = await self.redeems(code_in(answer))
        assert tokens.status == 200, tokens.json
        return tokens

    def acting(self, tokens: Response) -> Client:
        """The app, calling the API for the person."""
        return Client(self.tenant.system, tokens["access_token"], self.tenant)


async def app_for_people(caller: Client, *scopes: str, kind: str = "confidential", **more: object) -> ForPeople:
    """Register an app that acts for people."""
    body = {"name": "CRM", "kind": kind, "redirect_uris": [BACK], "scopes": list(scopes), **more}
    made = await caller.post("/v1/oauth-clients", body)
    assert made.status == 201, made.json
    return ForPeople(caller.tenant, made["client_id"], made["client_secret"])


async def agrees(person: Client, app: ForPeople, *, decision: str = "approve", **changed: str | None) -> Response:
    """What the portal's consent page does for somebody who has signed in there."""
    return await person.post("/v1/authorizations", {**app.asks(**changed), "decision": decision})


def returned(answer: Response) -> dict[str, str]:
    """What the browser brings back to the app."""
    target = answer["redirect_to"] if answer.body else answer.headers["location"]
    return {name: values[0] for name, values in parse_qs(urlsplit(target).query).items()}


def code_in(answer: Response) -> str:
    """The code that the browser brings back."""
    return returned(answer)["code"]
