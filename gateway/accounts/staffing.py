"""What a sister service asks to know whom of the vendor's staff it can turn to."""

from typing import Any, Final

from sqlalchemy import select

from gateway.accounts.tables import accounts
from gateway.roles import queries as roles
from shared.auth.scopes import parse
from shared.db.pool import Database
from shared.db.statements import TENANT, Statement
from shared.db.tx import transaction
from shared.events.inbox import system_caller
from shared.web.params import Http, Now
from shared.web.reply import Reply
from shared.web.router import Router

_ACTIVE: Final = Statement(
    select(accounts.c.id, accounts.c.roles).where(
        accounts.c.tenant_id == TENANT, accounts.c.kind == "vendor", accounts.c.status != "deactivated"
    )
)
_NOUN, _VERB = "approval-tasks", "approve"


def internal(database: Database) -> Router:
    """Return the route by which a sister service asks who has a role and how far it lets them decide."""
    lookup = Router("staff", prefix="/internal")
    query: list[dict[str, Any]] = [
        {"name": name, "in": "query", "required": True, "schema": {"type": "string"}}
        for name in ("tenant", "roles", "accounts")
    ]

    @lookup.get(permission=None, in_spec=False, query=query)
    async def look_up_staff(request: Http, now: Now) -> Reply:
        """Return `known_roles`, and the staff that has one of the roles or is named, each with its reach to decide."""
        wanted, named = (
            {each for each in request.query.get(name, "").split(",") if each} for name in ("roles", "accounts")
        )
        caller = system_caller(request.query.get("tenant", ""), mode="live")
        opened = transaction(database, caller=caller, viewer="*", now=now, action="look_up_staff", engine=True)
        async with opened as tx:
            rows = [row for row in await tx.all(_ACTIVE) if row["id"] in named or wanted & {*row["roles"]}]
            codes = sorted(wanted.union(*(row["roles"] for row in rows)))
            known = await roles.known(tx, codes, side="vendor")
        found = []
        for row in rows:
            scopes = " ".join(scope for code in row["roles"] for scope in known.get(code, ()))
            reach = parse(scopes, vendor=True).reach(_NOUN, _VERB)
            told = None if reach is None else reach.name.lower()
            found.append({"account_id": row["id"], "roles": row["roles"], "reach": told})
        return Reply.json({"known_roles": sorted(known), "accounts": found})

    return lookup
