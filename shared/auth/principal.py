"""The caller, as read from a verified access token."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from shared.auth.scopes import Reach, Scopes, parse
from shared.errors import Forbidden

# The client of everybody who signs in with a password: portals, and whoever stands in their place.
FIRST_PARTY: Final = "prm"
Kind = Literal["vendor", "partner", "anonymous", "internal"]


@dataclass(frozen=True, slots=True)
class Caller:
    """A person, an app or a service. `partner_id` is set on the partner's side only."""

    kind: Kind
    tenant_id: str
    account_id: str
    partner_id: str | None
    scope: str
    mode: Literal["live", "test"] = "live"
    session_id: str | None = None
    client_id: str | None = None
    person_id: str | None = None
    holder_id: str | None = None
    issued_at: int = 0
    origin: str | None = None
    roles_version: int | None = None
    """Of the tenant's roles as they were when somebody's were looked up for the token; None where no roles were."""
    standing_version: int | None = None
    """Of the partner's standing by which a key, an app or a page got the token; None for people and for the vendor's."""

    @property
    def answerable_id(self) -> str:
        """The account of the person who acts: oneself, or for a key or an app whoever was shown its secret."""
        return self.holder_id or self.account_id

    @property
    def acting(self) -> tuple[str, str | None]:
        """Who does it, and for whom: a key or an app acts for the person it has a token of, else for whoever holds its secret.

        The token of a page is its maker's work too: whoever made it acts for the person it is for.
        """
        actor = self.account_id
        if self.client_id not in (None, FIRST_PARTY):
            actor = str(self.client_id)
        elif self.origin is not None:
            actor = self.answerable_id
        if actor != self.account_id:
            return actor, self.account_id
        return actor, self.holder_id if self.holder_id != actor else None

    @property
    def scopes(self) -> Scopes:
        """What was granted, ready to be asked."""
        return parse(self.scope, vendor=self.kind in ("vendor", "internal"))

    @property
    def is_vendor(self) -> bool:
        """Whether the caller acts for the vendor."""
        return self.kind == "vendor"

    @property
    def is_person(self) -> bool:
        """Whether somebody has signed in personally: neither a key, nor an app, nor an app that somebody let in."""
        return self.session_id is not None and self.client_id == FIRST_PARTY and self.origin is None

    def reach(self, permission: str) -> Reach | None:
        """Return how far `noun:verb` goes for this caller, or None."""
        return self.scopes.reach_of(permission)

    def may(self, permission: str) -> bool:
        """Tell whether `noun:verb` is granted at all."""
        return self.reach(permission) is not None

    def own(self, permission: str) -> str | None:
        """Return the account that a row must belong to where the permission reaches only one's own, else None."""
        return self.account_id if self.reach(permission) is Reach.OWN else None

    def viewer(self, permission: str) -> str:
        """Return the value of `prm.viewer` for an operation; raises Forbidden when the permission is not granted."""
        reach = self.reach(permission)
        if reach is None:
            raise Forbidden(f"This needs the permission {permission}.")
        if self.kind == "partner":
            return f"{self.partner_id}/subtree" if reach is Reach.SUBTREE else str(self.partner_id)
        if self.kind == "anonymous":
            return ""
        return self.account_id if reach in (Reach.ASSIGNED, Reach.OWN) else "*"


def from_claims(claims: Mapping[str, object]) -> Caller:
    """Build the caller from the claims of an access token of ours."""
    partner = claims.get("partner")
    kind = str(claims.get("kind", "partner" if partner else "vendor"))
    if kind not in ("vendor", "partner", "anonymous", "internal"):
        raise ValueError("unknown kind of caller")
    if (kind == "partner") != bool(partner):
        raise ValueError("a partner's token names its partner, and no other does")
    if partner and ("/" in str(partner) or str(partner).startswith(("*", "acc_"))):
        # Each of these would be read as another viewer than one partner.
        raise ValueError("not a partner's id")
    return Caller(
        kind=kind,  # type: ignore[arg-type]
        tenant_id=str(claims["tenant"]),
        account_id=str(claims["sub"]),
        partner_id=str(partner) if partner else None,
        scope=str(claims.get("scope", "")),
        mode="test" if claims.get("mode") == "test" else "live",
        session_id=_text(claims.get("sid")),
        client_id=_text(claims.get("client_id")),
        person_id=_text(claims.get("person")),
        holder_id=_text(claims.get("holder")),
        issued_at=int(str(claims.get("iat", 0))),
        origin=_text(claims.get("origin")),
        roles_version=_number(claims.get("rv")),
        standing_version=_number(claims.get("sv")),
    )


def _number(value: object) -> int | None:
    return None if value is None else int(str(value))


def _text(value: object) -> str | None:
    return None if value is None else str(value)
