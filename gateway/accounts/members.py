"""What a sister service asks to know what somebody may do for a partner."""

from typing import Any, Final

from sqlalchemy import BindParameter, Text, bindparam, or_

from gateway.accounts.queries import PLACES, membership_of
from gateway.accounts.tables import memberships
from gateway.roles import queries as roles
from shared.auth.scopes import parse
from shared.db.pool import Database
from shared.db.statements import Statement
from shared.db.tx import transaction
from shared.errors import NotFound
from shared.events.inbox import system_caller
from shared.web.params import Http, Now
from shared.web.reply import Reply
from shared.web.router import Router

_MEMBER: Final[BindParameter[str]] = bindparam("member", type_=Text(collation="C"))
_PLACE: Final = Statement(
    PLACES.where(
        memberships.c.partner_id == bindparam("partner"),
        or_(memberships.c.account_id == _MEMBER, memberships.c.person_id == _MEMBER),
    )
    # Of several accounts that a person has had, the one that is in use.
    .order_by(memberships.c.status != "active", memberships.c.account_id)
    .limit(1)
)


def internal(database: Database) -> Router:
    """Return the route by which a sister service asks who somebody of a partner is, and how far a permission of theirs goes."""
    lookup = Router("members", prefix="/internal")
    query: list[dict[str, Any]] = [
        {"name": name, "in": "query", "required": True, "schema": {"type": "string"}}
        for name in ("tenant", "partner", "member", "permission")
    ]

    @lookup.get(permission=None, in_spec=False, query=query)
    async def look_up_member(request: Http, now: Now) -> Reply:
        """Return `account_id`, `is_active` and the `reach` of the permission of an account, or a person, of a partner."""
        tenant_id, partner_id, member, permission = (
            request.query.get(name, "") for name in ("tenant", "partner", "member", "permission")
        )
        caller = system_caller(tenant_id, mode="live")
        opened = transaction(database, caller=caller, viewer="*", now=now, action="look_up_member", engine=True)
        async with opened as tx:
            row = await tx.first(_PLACE, partner=partner_id, member=member)
            if row is None:
                raise NotFound()
            place = membership_of(row)
            scopes = await roles.scopes_of(tx, place.roles, side="partner")
        reach = parse(" ".join(scopes), vendor=False).reach_of(permission)
        told = None if reach is None else reach.name.lower()
        return Reply.json({"account_id": row["account_id"], "is_active": place.may_sign_in, "reach": told})

    return lookup
