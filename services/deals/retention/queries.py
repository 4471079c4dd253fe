"""Which retention policy is in force, and whose time to be kept is over."""

from datetime import datetime
from typing import Any, Final

from sqlalchemy import ARRAY, DateTime, Integer, Text, bindparam, exists, func, literal_column, or_, select

from services.deals.customers.tables import customers
from services.deals.erasure.rules import CONTACTS
from services.deals.installed_base.tables import licences
from services.deals.registrations.tables import IS_LIVE, UNRESOLVED_CONTACTS, deals
from services.deals.retention.tables import retention_policies
from shared.db.pool import Record
from shared.db.resource import Resource
from shared.db.statements import TENANT, Statement
from shared.db.tx import Tx
from shared.lifecycle import Lifecycle

LIFECYCLE: Final = Lifecycle(("in_force", "superseded"), by_itself={"in_force": ("superseded",)})
RETENTION_POLICIES: Final = Resource(
    "retention_policy",
    retention_policies,
    ("status", "contact_days", "created_by"),
    permission="retention-policies:read",
    filters=("status",),
    lifecycle=LIFECYCLE,
)
LOOKED_AT: Final = 500
"""How many customers are looked at in one transaction."""
ERASED: Final = 20
"""Of how many at the most something is erased in one transaction."""

_P, _C, _D = retention_policies.c, customers.c, deals.c
_IN_FORCE: Final = Statement(select(retention_policies).where(_P.tenant_id == TENANT, _P.status == "in_force"))
_BEFORE: Final = bindparam("before", type_=DateTime(timezone=True))
_ONE: Final = literal_column("1", Integer)
_SPELT: Final = " || ".join(f"exists(@.{part})" for part in CONTACTS)
_NEXT: Final = Statement(
    select(_C.id)
    .where(_C.tenant_id == TENANT, _C.id > bindparam("after", type_=Text(collation="C")))
    .order_by(_C.id)
    .limit(LOOKED_AT)
)


def _over() -> Statement:
    """Find, of some customers, those that say how people are reached, and with which nothing has happened for long."""
    of_customer = (_D.tenant_id == TENANT, _D.customer_id == _C.id)
    said = [*(_C[part].is_not(None) for part in CONTACTS), _spelt()]
    said_of_deals = or_(*(_D[f"customer_{part}"].is_not(None) for part in CONTACTS))
    serving = exists(_ONE).where(
        licences.c.tenant_id == TENANT,
        licences.c.deal_id == _D.id,
        or_(*(licences.c.status == each for each in ("trial", "active", "renewing"))),
    )
    return Statement(
        select(_C.id)
        .where(
            _C.tenant_id == TENANT,
            _C.id == func.any(bindparam("customer_ids", type_=ARRAY(Text(collation="C")))),
            _C.updated_at < _BEFORE,
            or_(*said, exists(_ONE).where(*of_customer, said_of_deals)),
            ~exists(_ONE).where(*of_customer, or_(_D.updated_at >= _BEFORE, IS_LIVE, serving)),
        )
        .order_by(_C.id)
        .limit(ERASED)
    )


def _spelt() -> Any:
    return func.jsonb_path_exists(_C.known_as, literal_column(f"'$[*] ? ({_SPELT})'::jsonpath"))


_OVER: Final = _over()
_DRAFTS: Final = Statement(
    select(deals)
    .where(_D.tenant_id == TENANT, UNRESOLVED_CONTACTS, _D.updated_at < _BEFORE)
    .order_by(_D.updated_at, _D.id)
    .limit(ERASED)
    .with_for_update(key_share=True)
)


async def in_force(tx: Tx) -> Record | None:
    """Return the policy in force; none, and everything is kept."""
    return await tx.first(_IN_FORCE)


async def next_customers(tx: Tx, *, after: str) -> list[str]:
    """Return the ids of the customers to look at next."""
    return [row["id"] for row in await tx.all(_NEXT, after=after)]


async def kept_for_long(tx: Tx, customer_ids: list[str], *, before: datetime) -> list[str]:
    """Return which of these customers nothing has happened with since then, as far as they say how people are reached."""
    return [row["id"] for row in await tx.all(_OVER, customer_ids=customer_ids, before=before)]


async def forsaken_drafts(tx: Tx, *, before: datetime) -> list[Record]:
    """Return deals that never came to a customer and say how people are reached, untouched since then; rows held."""
    return await tx.all(_DRAFTS, before=before)
