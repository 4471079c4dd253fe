"""What people and portals learn outside the API, or once: mailed tokens, passwords, secrets, links and codes."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

from tests.fuzz.known import ROLES, Known
from tests.gateway import make as identity
from tests.isolation.examples import BODIES, QUERIES

_SALES: Final = ROLES[2]
_PERSONS_DECIDE: Final = [{"code": "never", "when": "false", "outcome": "refer"}]


@dataclass(frozen=True)
class Learned:
    """What goes into a request of it."""

    path: dict[str, str] = field(default_factory=dict)
    query: dict[str, str] = field(default_factory=dict)
    body: Any = None


class Secrets:
    """Finds out what an operation needs that no list shows."""

    def __init__(self, known: Known) -> None:
        self._known = known
        self._of: dict[str, Callable[[], Learned]] = {
            "create_session": self._password,
            "ask_for_reset": lambda: Learned(body={"email": self._address}),
            "confirm_reset": self._reset,
            "accept_invitation": self._invitation,
            "grant_token": lambda: Learned(body={"grant_type": "client_credentials", **self._app()}),
            "introspect_token": lambda: Learned(body={"token": str(self._known.people[_SALES].token), **self._app()}),
            "revoke_token": lambda: Learned(body={"token": "unknown", **self._app()}),
            "explain_deal": lambda: Learned(query={"deal_id": self._id("/v1/deals")}),
            "explain_licence_invoice": lambda: Learned(query={"licence_invoice_id": QUERIES["licence_invoice_id"]}),
            "read_file": self._link,
            "create_statement": lambda: self._of_the_partner("create_statement"),
            "recalculate": lambda: self._of_the_partner("recalculate"),
            "create_return": self._return,
            "preview_authorization": lambda: self._consent("preview_authorization"),
            "authorize_app": lambda: self._consent("authorize_app"),
            "match_pos_match": lambda: Learned(body={"deal_id": self._credited()[0]}),
            "split_pos_match": lambda: Learned(
                body={"parts": [{"deal_id": each, "quantity": 1} for each in self._credited()]}
            ),
            "migrate_pipeline": self._migration,
            "preview_pipeline_migration": self._migration,
            "create_approval_delegation": self._leave,
            "run_import": lambda: Learned(body={"only_valid": True}),
            "change_approval_policy": lambda: Learned(body={"rules": _PERSONS_DECIDE}),
        }

    def of(self, name: str) -> Learned:
        """What there is to know for an operation, by its name."""
        learn = self._of.get(name)
        return Learned() if learn is None else learn()

    @property
    def _address(self) -> str:
        return self._known.addresses[_SALES]

    def _password(self) -> Learned:
        return Learned(body={"email": self._address, "password": identity.PASSWORD})

    def _mailed(self, email: str) -> str:
        return self._known.product.do(identity.token_mailed(self._known.place.tenant, email))

    def _reset(self) -> Learned:
        asked = identity.anonymous(self._known.place.tenant).post("/v1/password-resets", {"email": self._address})
        assert self._known.product.do(asked).status == 202
        return Learned({"token": self._mailed(self._address)}, body={"password": identity.PASSWORD})

    def _invitation(self) -> Learned:
        email, place = identity.address("invited"), self._known.place
        self._known.product.do(identity.invited_person(place.vendor, str(place.partner.partner_id), email=email))
        return Learned({"token": self._mailed(email)}, body={"password": identity.PASSWORD})

    def _app(self) -> dict[str, str]:
        body = {"name": "A program", "scopes": ["deals:read"]}
        made = self._known.product.do(self._known.people[ROLES[0]].post("/v1/oauth-clients", body))
        return {"client_id": made["client_id"], "client_secret": made["client_secret"]}

    def _id(self, noun: str) -> str:
        return str(self._known.seen(ROLES[0], noun)[0]["id"])

    def _credited(self) -> list[str]:
        """Two deals that sales can count for."""
        live = [each for each in self._known.seen(ROLES[0], "/v1/deals") if each["status"] in ("approved", "won")]
        return [str(each["id"]) for each in live[:2]]

    def _link(self) -> Learned:
        file_id = str(self._known.seen(ROLES[1], "/v1/files")[0]["id"])
        link = self._known.product.do(self._known.people[ROLES[1]].get(f"/v1/files/{file_id}/link"))
        return Learned({"id": file_id}, dict(parse_qsl(urlsplit(link["url"]).query)))

    def _of_the_partner(self, name: str) -> Learned:
        return Learned(body={**BODIES[name], "partner_id": str(self._known.place.partner.partner_id)})

    def _migration(self) -> Learned:
        """From the built-in pipeline, where no deals are of the program."""
        known = self._known.seen(ROLES[0], "/v1/pipelines")
        (target, *_) = [each for each in known if each["status"] == "published" and each["program"] == "africa"]
        return Learned(body={"to_pipeline_id": target["id"], "stages": {}})

    def _leave(self) -> Learned:
        """To somebody who may approve, at a time when nobody is away yet."""
        known = [each["to_account_id"] for each in self._known.seen(ROLES[0], "/v1/approval-delegations")]
        year = 2100 + len(known)
        span = {"starts_at": f"{year}-01-01T00:00:00Z", "ends_at": f"{year}-02-01T00:00:00Z"}
        return Learned(body={"to_account_id": known[-1], **span})

    def _return(self) -> Learned:
        won = [each["id"] for each in self._known.seen(ROLES[0], "/v1/deals") if each["status"] == "won"]
        return Learned(body={**BODIES["create_return"], "deal_id": won[0] if won else self._id("/v1/deals")})

    def _consent(self, name: str) -> Learned:
        """Of somebody to an app that sends people back where the example says."""
        app = {"name": "A portal", "scopes": ["deals:read"], "redirect_uris": [BODIES[name]["redirect_uri"]]}
        made = self._known.product.do(self._known.people[ROLES[0]].post("/v1/oauth-clients", app))
        return Learned(body={**BODIES[name], "client_id": made["client_id"]})
