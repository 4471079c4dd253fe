"""Which partners a published list is for: kept as rows, since a wall cannot reason about tiers and countries."""

from typing import Final

from sqlalchemy import ARRAY, Text, any_, bindparam, func, insert, or_, select

from services.deals.directory.tables import partner_directory
from services.deals.prices.rules import is_for
from services.deals.prices.tables import price_list_audience, price_lists
from shared.db.pool import Record
from shared.db.statements import TENANT, Statement
from shared.db.tx import Tx

_P, _L, _A = partner_directory.c, price_lists.c, price_list_audience.c
# Whoever opens a list to partners waits for those whose partner changes, and they for it: neither misses the other.
_OPENING: Final = "SELECT pg_advisory_xact_lock(hashtextextended($1 || ' price list audience', 0))"
_FOLLOWING: Final = "SELECT pg_advisory_xact_lock_shared(hashtextextended($1 || ' price list audience', 0))"
_TIER = bindparam("tier", type_=Text)
_COUNTRIES = bindparam("countries", type_=ARRAY(Text))
_OPEN = Statement(
    insert(price_list_audience)
    .from_select(
        ("tenant_id", "price_list_id", "partner_id"),
        select(TENANT, bindparam("price_list", type_=Text(collation="C")), _P.partner_id).where(
            _P.tenant_id == TENANT,
            or_(_TIER.is_(None), _P.tier == _TIER),
            or_(func.cardinality(_COUNTRIES) == 0, _P.country == any_(_COUNTRIES)),
        ),
    )
    .returning(_A.partner_id)
)
_PUBLISHED = Statement(select(_L.id, _L.tier, _L.countries).where(_L.tenant_id == TENANT, _L.status != "draft"))
_SEEN = Statement(select(_A.price_list_id).where(_A.tenant_id == TENANT, _A.partner_id == bindparam("partner")))


async def open_to_partners(tx: Tx, price_list: Record) -> list[str]:
    """Let the partners of a list's tier and countries see it, and return their ids."""
    await tx.connection.execute(_OPENING, tx.tenant_id)
    rows = await tx.all(_OPEN, price_list=price_list["id"], tier=price_list["tier"], countries=price_list["countries"])
    return [row["partner_id"] for row in rows]


async def follow_partner(tx: Tx, partner_id: str, *, tier: str | None, country: str | None) -> None:
    """Let a partner see the lists of the tier and the country it has now, and no others."""
    await tx.connection.execute(_FOLLOWING, tx.tenant_id)
    published = await tx.all(_PUBLISHED)
    wanted = {
        row["id"]
        for row in published
        if is_for(list_tier=row["tier"], countries=row["countries"], tier=tier, country=country)
    }
    seen = {row["price_list_id"] for row in await tx.all(_SEEN, partner=partner_id)}
    for price_list_id in sorted(seen - wanted):
        await tx.remove(price_list_audience, price_list_id=price_list_id, partner_id=partner_id)
    for price_list_id in sorted(wanted - seen):
        await tx.add(price_list_audience, price_list_id=price_list_id, partner_id=partner_id)
