"""Reading domain links, one by one and as the house of a domain."""

from typing import Any, Final

from sqlalchemy import CTE, Text, bindparam, case, func, lateral, literal, or_, select, union_all
from sqlalchemy.dialects.postgresql import aggregate_order_by

from services.deals.domain_links.tables import domain_links
from shared.db.resource import Resource
from shared.db.statements import TENANT, Statement
from shared.db.tx import Tx

DOMAIN_LINKS = Resource(
    "domain_link",
    domain_links,
    ("from_domain", "to_domain", "kind"),
    title=("from_domain",),
    subtitle="to_domain",
    permission="domain-links:read",
    filters=("from_domain", "to_domain", "kind"),
)
MOST_MEMBERS: Final = 100
_L = domain_links.c


def house() -> CTE:
    """The domains of the house of the parameter `own_domain`, itself the first, each with its side.

    Aliases of a parent are the parent's too. From a parent only ways up are gone, and from a subsidiary only ways down.
    """
    own = select(bindparam("own_domain", type_=Text).label("domain"), literal("alias", Text).label("side"))
    found = own.cte("house", recursive=True)
    onward = select(_L.to_domain.label("domain"), _L.kind, literal("parent", Text).label("turned")).where(
        _L.tenant_id == TENANT, _L.from_domain == found.c.domain
    )
    back = select(_L.from_domain, _L.kind, literal("child", Text)).where(
        _L.tenant_id == TENANT, _L.to_domain == found.c.domain
    )
    link = lateral(union_all(onward, back), name="link")
    side = case((link.c.kind == "alias", found.c.side), else_=link.c.turned)
    straight = or_(link.c.kind == "alias", found.c.side == "alias", found.c.side == link.c.turned)
    return found.union(select(link.c.domain, side).select_from(found.join(link, straight)))


def members(of: CTE) -> Any:
    """The house as one array of texts, a side and a domain each; null where the domain has no house."""
    others = select((of.c.side + " " + of.c.domain).label("member")).where(of.c.domain != bindparam("own_domain"))
    some = others.order_by(of.c.domain, of.c.side).limit(literal(MOST_MEMBERS)).subquery("others")
    return select(func.array_agg(aggregate_order_by(some.c.member, some.c.member))).scalar_subquery()


_HOUSE: Final = Statement(select(members(house()).label("members")).where(TENANT.isnot(None)))


async def members_of(tx: Tx, domain: str) -> list[str]:
    """Return the house of a domain, a side and a domain each."""
    return await tx.value(_HOUSE, own_domain=domain) or []
