"""What customers use now: licences that run are the installed base that registrations are compared with."""

from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    Date,
    DateTime,
    Integer,
    Select,
    Text,
    and_,
    bindparam,
    cast,
    func,
    literal,
    null,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import INT4MULTIRANGE, TSTZRANGE

from services.deals.installed_base.tables import licences
from shared.db.resource import Row
from shared.db.statements import TENANT, Statement
from shared.db.tx import Tx

MOST_LICENCES: Final = 50
_L = licences.c
_AT = bindparam("at", type_=DateTime(timezone=True))
_RUNS = (
    _L.tenant_id == TENANT,
    # What is free was sold to nobody.
    _L.kind == "commercial",
    or_(
        _L.status == "active",
        _L.status == "renewing",
        # It is served up to that day; a term that was called off never is.
        and_(_L.status == "cancelled", _L.starts_on < _L.cancelled_on),
    ),
    func.coalesce(_L.cancelled_on, _L.ends_on) > cast(func.timezone("UTC", _AT), Date),
)
_OF_RECORD = Statement(
    select(cast(func.count(), BigInteger)).where(
        *_RUNS,
        _L.customer_id == bindparam("customer"),
        _L.partner_id == bindparam("partner"),
        _L.product_family == bindparam("family"),
    )
)


def running_at(customer_id: Any) -> Select[Any]:
    """Return the licences of a customer that run `at` a time, as entries of the register: everywhere, and for their family."""
    return (
        select(
            literal("licence", Text).label("kind"),
            _L.id.label("deal_id"),
            _L.partner_id,
            _L.product_family,
            literal(False).label("protects"),
            cast(null(), INT4MULTIRANGE).label("family"),
            cast(null(), INT4MULTIRANGE).label("territory"),
            cast(null(), TSTZRANGE).label("period"),
            cast(null(), Text).label("title"),
        )
        .where(*_RUNS, _L.customer_id == customer_id)
        .order_by(_L.id.desc())
        .limit(literal(MOST_LICENCES, Integer))
    )


async def renews_own(tx: Tx, claim: Row) -> bool:
    """Tell whether a claim is for what its partner is partner of record of: a licence of the customer that runs now."""
    found = await tx.value(
        _OF_RECORD,
        at=tx.now,
        customer=claim["customer_id"],
        partner=claim["partner_id"],
        family=claim["product_family"],
    )
    return bool(found)
