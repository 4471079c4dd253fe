"""Who an account is, and for whom it acts."""

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import bindparam, select

from gateway.accounts.lifecycle import LIFECYCLE
from gateway.accounts.rules import Membership, Standing
from gateway.accounts.tables import accounts, memberships, partner_standings
from shared.db.resource import Resource
from shared.db.statements import TENANT, Statement
from shared.db.tx import Tx


def _is_kept_here(row: Mapping[str, Any]) -> bool:
    return row["kind"] == "vendor" and row["live_account_id"] is None


ACCOUNTS: Final = Resource(
    "account",
    accounts,
    ("email", "given_name", "family_name", "kind", "status", "roles"),
    permission="accounts:read",
    filters=("status", "kind", "email"),
    lifecycle=LIFECYCLE,
    # The account of a partner's person follows the person, one in the sandbox the account it is for.
    ruled_out=lambda row, _: () if _is_kept_here(row) else ("invite", "deactivate", "edit"),
)
PLACES: Final = (
    select(memberships, partner_standings.c.status.label("standing"))
    .outerjoin(
        partner_standings,
        (partner_standings.c.tenant_id == memberships.c.tenant_id)
        & (partner_standings.c.partner_id == memberships.c.partner_id),
    )
    .where(memberships.c.tenant_id == TENANT)
)
"""The places of accounts in partners, with how the partners stand."""
_OF_ACCOUNT: Final = Statement(
    PLACES.where(memberships.c.account_id == bindparam("account")).order_by(
        memberships.c.last_used_at.desc().nulls_last(), memberships.c.partner_id
    )
)
_HELD: Final = (
    select(memberships)
    .where(memberships.c.tenant_id == TENANT, memberships.c.partner_id == bindparam("partner"))
    .with_for_update()
)
OF_PERSON: Final = Statement(_HELD.where(memberships.c.person_id == bindparam("person")))
PLACE: Final = Statement(_HELD.where(memberships.c.account_id == bindparam("account")))
OF_PERSON_ANYWHERE: Final = Statement(
    select(memberships).where(memberships.c.tenant_id == TENANT, memberships.c.person_id == bindparam("person"))
)
STANDING: Final = Statement(
    select(partner_standings.c.status, partner_standings.c.version).where(
        partner_standings.c.tenant_id == TENANT, partner_standings.c.partner_id == bindparam("partner")
    )
)
OF_LIVE: Final = Statement(
    select(accounts)
    .where(accounts.c.tenant_id == TENANT, accounts.c.live_account_id == bindparam("live"))
    .with_for_update()
)
ADMINISTRATORS: Final = Statement(
    select(accounts.c.id)
    .where(
        accounts.c.tenant_id == TENANT,
        accounts.c.status == "active",
        accounts.c.kind == "vendor",
        accounts.c.roles.contains(["tenant_admin"]),
    )
    .order_by(accounts.c.id)
    .with_for_update()
)


async def standing_of(tx: Tx, partner_id: str) -> Standing | None:
    """Return how a partner stands, as far as it was heard of."""
    row = await tx.first(STANDING, partner=partner_id)
    return Standing(row["status"], row["version"]) if row is not None else None


async def memberships_of(tx: Tx, account_id: str) -> list[Membership]:
    """Return the places of an account in partners, the last used one first."""
    return [membership_of(row) for row in await tx.all(_OF_ACCOUNT, account=account_id)]


def membership_of(row: Mapping[str, Any]) -> Membership:
    """Return a place from its row; a partner that nothing has been heard of is active."""
    return Membership(
        row["partner_id"], row["person_id"], tuple(row["roles"]), row["status"], row["standing"] or "active"
    )
