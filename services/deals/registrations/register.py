"""What the register holds of companies like one: live registrations, what was won or has ended, and named accounts.

One statement: blocking keys bring customers together, those that share rare keys first, and each brings its entries. No table
is read as a whole, and a key that very many companies share brings only some of them.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import (
    ARRAY,
    DateTime,
    Float,
    Integer,
    Select,
    Text,
    and_,
    bindparam,
    case,
    cast,
    func,
    lateral,
    literal,
    null,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.dialects.postgresql import INT4MULTIRANGE, TSTZRANGE

from services.deals.conflict_policies.rules import ConflictPolicy
from services.deals.customers.queries import company_of
from services.deals.customers.tables import customer_keys, customers
from services.deals.protection.tables import protection_claims
from services.deals.registrations.brought import brought, leads
from services.deals.registrations.tables import deals
from services.deals.screening.rules import Asked, Registered, Screening, Source, compare_all, verdict_over
from services.deals.screening.scope import Extent, Span, ordinals
from shared.db.pool import Record
from shared.db.resource import Row
from shared.db.statements import TENANT, Statement
from shared.db.tx import Tx
from shared.matching import blocking_keys, identity_keys, key_weight

# How many customers are looked at closely, and how many of the entries of one.
MOST_CUSTOMERS, MOST_ENTRIES = 40, 50
_CERTAIN: Final = 1_000.0
_TEXTS = ARRAY(Text(collation="C"))
_AT = bindparam("at", type_=DateTime(timezone=True))
_SINCE = bindparam("since", type_=DateTime(timezone=True))
_P, _D, _C = protection_claims.c, deals.c, customers.c


def _named() -> Select[Any]:
    """Customers that hold one of the company's unique keys."""
    wanted = (
        func.unnest(bindparam("kinds", type_=_TEXTS), bindparam("values", type_=_TEXTS))
        .table_valued("kind", "value", name="identity")
        .render_derived()
    )
    held = and_(customer_keys.c.kind == wanted.c.kind, customer_keys.c.value == wanted.c.value)
    return (
        select(customer_keys.c.customer_id, literal(_CERTAIN, Float).label("weight"))
        .select_from(wanted.join(customer_keys, held))
        .where(customer_keys.c.tenant_id == TENANT)
    )


def _live(customer_id: Any) -> Select[Any]:
    # Whether a claim still protects is decided by its dates, never by whether a timer has run. Its beginning does not count: a
    # rival's request may have begun a moment before the one that got there first.
    not_over = or_(func.upper_inf(_P.period), func.upper(_P.period) > _AT)
    protects = and_(_P.status == "active", _P.exclusive, not_over)
    # Who has sold to a customer is asked before another does.
    is_incumbent = func.coalesce(_P.incumbent_until > _AT, literal(False))
    kept = case(
        (_P.incumbent_until > func.upper(_P.period), func.tstzrange(func.lower(_P.period), _P.incumbent_until)),
        else_=_P.period,
    )
    return (
        select(
            literal("live", Text).label("kind"),
            _P.deal_id,
            _P.partner_id,
            _P.product_family,
            protects.label("protects"),
            _P.family,
            _P.territory,
            kept.label("period"),
            _D.title,
        )
        .select_from(protection_claims.join(deals, and_(_D.tenant_id == _P.tenant_id, _D.id == _P.deal_id)))
        .where(
            _P.tenant_id == TENANT,
            _P.customer_id == customer_id,
            or_(_P.status == "pending", and_(_P.status == "active", not_over), is_incumbent),
        )
        .order_by(protects.desc(), _P.priority_no, _P.id)
        .limit(literal(MOST_ENTRIES, Integer))
    )


def _past(customer_id: Any) -> Select[Any]:
    ended = or_(
        # Who was left out by a tender has told nobody that it took part.
        and_(_D.status == "rejected", _D.tender_id.is_(None), _D.decided_at >= _SINCE),
        and_(_D.status == "expired", _D.protected_until >= _SINCE),
    )
    return (
        select(
            case((_D.status == "won", "won"), else_="ended").label("kind"),
            _D.id,
            _D.partner_id,
            _D.product_family,
            literal(False).label("protects"),
            cast(null(), INT4MULTIRANGE).label("family"),
            cast(null(), INT4MULTIRANGE).label("territory"),
            cast(null(), TSTZRANGE).label("period"),
            _D.title,
        )
        .where(_D.tenant_id == TENANT, _D.customer_id == customer_id, or_(_D.status == "won", ended))
        .order_by(_D.id.desc())
        .limit(literal(MOST_ENTRIES, Integer))
    )


def _entries() -> Statement:
    given = select(
        bindparam("customer", type_=Text(collation="C")).label("customer_id"), literal(_CERTAIN, Float).label("weight")
    )
    found = union_all(brought(), _named(), given).subquery("found")
    nearest = (
        select(found.c.customer_id)
        .where(found.c.customer_id.isnot(None))
        .group_by(found.c.customer_id)
        .order_by(func.sum(found.c.weight).desc(), found.c.customer_id)
        .limit(literal(MOST_CUSTOMERS, Integer))
        .subquery("nearest")
    )
    live, past = _live(_C.id).correlate(customers).subquery(), _past(_C.id).correlate(customers).subquery()
    entry = lateral(union_all(select(live), select(past)), name="entry")
    of_customers = (
        select(
            _C.id.label("customer_id"),
            *(_C.name, _C.country, _C.domain, _C.tax_id, _C.apart_from, _C.named_account),
            *entry.c,
        )
        .select_from(
            nearest.join(customers, and_(_C.tenant_id == TENANT, _C.id == nearest.c.customer_id)).outerjoin(
                entry, true()
            )
        )
        .where(_C.status == "active", or_(entry.c.kind.isnot(None), _C.named_account))
    )
    return Statement(union_all(of_customers, leads()))


_ENTRIES: Final = _entries()


async def screened(tx: Tx, asked: Asked, *, partner_id: str | None, policy: ConflictPolicy) -> Screening:
    """Return how a registration, or the wish for one, stands to what is on the register. It sees beyond its caller."""
    async with tx.as_engine("conflict screening"):
        found = await entries(tx, asked, partner_id=partner_id, since=tx.now - policy.look_back)
    return verdict_over(compare_all(asked, found, policy=policy), policy=policy)


async def entries(tx: Tx, asked: Asked, *, partner_id: str | None, since: datetime) -> list[Registered]:
    """Return what the register holds of companies like the one asked about; what ended before `since` is left out.

    Customers that a person has told from the one asked about are not among them.
    """
    keys, held = blocking_keys(asked.company), identity_keys(asked.company)
    rows = await tx.all(
        _ENTRIES,
        keys=keys,
        weights=[key_weight(key) for key in keys],
        kinds=[key.kind for key in held],
        values=[key.value for key in held],
        customer=asked.customer_id,
        at=tx.now,
        since=since,
    )
    met = [row for row in rows if asked.customer_id not in row["apart_from"]]
    others = [row for row in met if row["kind"] not in (None, "lead") and row["deal_id"] != asked.deal_id]
    with_partners = [row for row in met if row["kind"] == "lead" and row["partner_id"] != partner_id]
    return [
        *(registered(row, _source(row, partner_id)) for row in others),
        *_named_accounts(met),
        *(_with_a_partner(row) for row in with_partners),
    ]


def _with_a_partner(row: Record) -> Registered:
    lead_id = row["deal_id"]
    return Registered(
        None, row["partner_id"], None, row["product_family"], company_of(row), False, "lead", lead_id=lead_id
    )


def _named_accounts(rows: Iterable[Record]) -> list[Registered]:
    named = {row["customer_id"]: row for row in rows if row["named_account"]}
    return [
        Registered(None, None, row["customer_id"], "", company_of(row), False, "named_account")
        for row in named.values()
    ]


def _source(row: Record, partner_id: str | None) -> Source:
    if row["kind"] == "won":
        return "installed_base"
    if row["partner_id"] == partner_id:
        return "own_registration"
    return "ended" if row["kind"] == "ended" else "registration"


def registered(row: Record, source: Source = "registration") -> Registered:
    """Return an entry of the register as one to compare with."""
    return Registered(
        deal_id=row["deal_id"],
        partner_id=row["partner_id"],
        customer_id=row["customer_id"],
        product_family=row["product_family"],
        company=company_of(row),
        protects=row["protects"],
        source=source,
        extent=extent_of(row, project=row["title"]),
    )


def entry_of(claim: Row, deal: Row, *, customer: Row) -> Registered:
    """Return a claim with its deal and customer as an entry to compare with."""
    return Registered(
        deal["id"],
        deal["partner_id"],
        customer["id"],
        claim["product_family"],
        company_of(customer),
        claim["status"] == "active" and claim["exclusive"],
        extent=extent_of(claim, project=deal["title"]),
    )


def extent_of(claim: Any, *, project: str | None) -> Extent:
    """Return what a claim covers; an entry without ranges covers its product family everywhere and always."""
    if claim["period"] is None:
        return Extent(project=project)
    period = claim["period"]
    return Extent(
        ordinals(_spans(claim["family"])), tuple(_spans(claim["territory"])), (period.lower, period.upper), project
    )


def _spans(ranges: Sequence[Any]) -> list[Span]:
    return [(each.lower, each.upper) for each in ranges]
