"""Accounts of vendor staff on the wire."""

from typing import Annotated

from pydantic import Field

from gateway.roles.schemas import RoleCodes
from shared.web.models import Body, Email, LifecycleOut, Patch, Short, id_of


class AccountOut(LifecycleOut):
    """Somebody who can sign in. `roles` are those on the vendor's side; a partner's people have theirs as people."""

    email: str
    given_name: str
    family_name: str
    kind: str
    roles: list[str]


class AccountIn(Body):
    """A new account of vendor staff; `invite` then sends the mail."""

    id: id_of("acc") | None = None  # type: ignore[valid-type]
    email: Email
    given_name: Short
    family_name: Short
    roles: RoleCodes


class AccountPatch(Patch):
    """What can be changed; other roles end the account's sessions."""

    given_name: Annotated[Short, Field(default_factory=str)]
    family_name: Annotated[Short, Field(default_factory=str)]
    roles: Annotated[RoleCodes, Field(default_factory=list)]
