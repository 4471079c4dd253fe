"""What the register holds of companies like one: live registrations, what was won, is used or has ended, and named accounts.

Keys bring customers together (`brought`), a look at names leaves those worth scoring, and only for who is like enough, seldom more
than a few, are the entries read.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import (
    ARRAY,
    DateTime,
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
from services.deals.customers.spellings import companies_of, company_of
from services.deals.direct_opportunities.tables import direct_opportunities
from services.deals.domain_links.house import NO_HOUSE, House, house_of
from services.deals.installed_base.queries import running_at
from services.deals.protection.tables import protection_claims
from services.deals.registrations.brought import brought
from services.deals.registrations.tables import deals
from services.deals.screening.rules import (
    Asked,
    Registered,
    Screening,
    compare_all,
    likest,
    matters,
    verdict_over,
)
from services.deals.screening.scope import Extent, Span, ordinals
from services.deals.screening.verdicts import Source
from shared.db.pool import Record
from shared.db.resource import Row
from shared.db.statements import TENANT, Statement
from shared.db.tx import Tx
from shared.matching import Company, likest_name, shortlist

MOST_NEAREST: Final = 5
MOST_ALIKE: Final = 10
"""How many customers are scored: those that keys promise most of, and those whose names are most alike."""
MOST_ENTRIES: Final = 50
_Candidate = tuple[Record, list[Company]]
_Alike = tuple[Record, Company]
_TEXTS = ARRAY(Text(collation="C"))
_AT = bindparam("at", type_=DateTime(timezone=True))
_SINCE = bindparam("since", type_=DateTime(timezone=True))
_P, _D, _O = protection_claims.c, deals.c, direct_opportunities.c


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
    ended_at = func.least(_D.protected_until, _D.lapses_at)
    is_over = and_(or_(_D.status == "expired", _D.status == "approved"), ended_at <= _AT)
    is_own = _D.partner_id == bindparam("partner", type_=Text(collation="C"))
    ended = or_(
        # Who was left out by a tender has told nobody that it took part. One's own comes again changed, however long ago it was.
        and_(_D.status == "rejected", _D.tender_id.is_(None), or_(is_own, _D.decided_at >= _SINCE)),
        and_(is_over, ended_at >= _SINCE),
        # How long a partner waits after an end is another policy's.
        and_(is_own, is_over, ended_at >= bindparam("own_since", type_=DateTime(timezone=True))),
        and_(is_own, _D.status == "revoked", _D.decided_at >= _SINCE),
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


def _direct(customer_id: Any) -> Select[Any]:
    """What the vendor sells to the customer itself, wherever it does, from now on."""
    return (
        select(
            literal("direct", Text).label("kind"),
            _O.id.label("deal_id"),
            cast(null(), Text).label("partner_id"),
            _O.product_family,
            literal(False).label("protects"),
            cast(literal("{(,)}", Text), INT4MULTIRANGE).label("family"),
            _O.territory,
            cast(literal("(,)", Text), TSTZRANGE).label("period"),
            _O.title,
        )
        .where(_O.tenant_id == TENANT, _O.customer_id == customer_id, _O.status == "open")
        .order_by(_O.id)
        .limit(literal(MOST_ENTRIES, Integer))
    )


def _entries() -> Statement:
    wanted = (
        func.unnest(bindparam("customers", type_=_TEXTS)).table_valued("customer_id", name="wanted").render_derived()
    )
    live = _live(wanted.c.customer_id).correlate(wanted).subquery()
    past = _past(wanted.c.customer_id).correlate(wanted).subquery()
    direct = _direct(wanted.c.customer_id).correlate(wanted).subquery()
    used = running_at(wanted.c.customer_id).correlate(wanted).subquery()
    entry = lateral(union_all(*(select(each) for each in (live, past, direct, used))), name="entry")
    return Statement(select(wanted.c.customer_id, *entry.c).select_from(wanted.join(entry, true())))


_ENTRIES: Final = _entries()


async def screened(
    tx: Tx, asked: Asked, *, partner_id: str | None, policy: ConflictPolicy, cool_off: timedelta = timedelta()
) -> Screening:
    """Return how a registration, or the wish for one, stands to what is on the register. It sees beyond its caller.

    What of the partner's own has ended is told for as long as its `cool_off`, where that is longer than the policy looks back.
    """
    async with tx.as_engine("conflict screening"):
        rows = await brought(tx, asked.company, customer_id=asked.customer_id)
        house = house_of(rows[0]["house"] or ()) if rows else NO_HOUSE
        asked = replace(asked, company=house.owned(asked.company))
        found = await _entries_of(
            tx, asked, rows, house=house, partner_id=partner_id, policy=policy, own_since=tx.now - cool_off
        )
    return verdict_over(compare_all(asked, found, policy=policy), policy=policy)


async def _entries_of(
    tx: Tx,
    asked: Asked,
    rows: Sequence[Record],
    *,
    house: House,
    partner_id: str | None,
    policy: ConflictPolicy,
    own_since: datetime,
) -> list[Registered]:
    # Who a person has told from the one asked about is not among them, nor who is too unlike it to matter.
    met = [
        (row, [house.related(each, to=asked.company) for each in companies_of(row)])
        for row in rows
        if asked.customer_id not in row["apart_from"]
    ]
    known = _alike(asked, [each for each in met if each[0]["lead_id"] is None], policy)
    leads = [each for each in met if each[0]["lead_id"] is not None and each[0]["partner_id"] != partner_id]
    offered = _alike(asked, leads, policy)
    return [
        *await _registered(
            tx, asked, known, partner_id=partner_id, since=tx.now - policy.look_back, own_since=own_since
        ),
        *(_named_account(row, company) for row, company in known if row["named_account"]),
        *(_with_a_partner(row, company) for row, company in offered),
    ]


def _alike(asked: Asked, candidates: Sequence[_Candidate], policy: ConflictPolicy) -> list[_Alike]:
    """Return those like enough to matter, each as what it is known as that is likest."""
    names = [likest_name(asked.company, companies) for _, companies in candidates]
    places = shortlist(asked.company, names, nearest=MOST_NEAREST, alike=MOST_ALIKE)
    found = [(row, likest(asked, companies, policy=policy)) for row, companies in (candidates[at] for at in places)]
    return [
        (row, company)
        for row, company in found
        if matters(asked, company, customer_id=row["customer_id"], policy=policy)
    ]


async def _registered(
    tx: Tx, asked: Asked, known: Sequence[_Alike], *, partner_id: str | None, since: datetime, own_since: datetime
) -> list[Registered]:
    if not known:
        return []
    companies = {row["customer_id"]: company for row, company in known}
    rows = await tx.all(
        _ENTRIES, customers=list(companies), at=tx.now, since=since, partner=partner_id, own_since=own_since
    )
    others = [row for row in rows if row["deal_id"] != asked.deal_id]
    return [registered(row, companies[row["customer_id"]], _source(row, partner_id)) for row in others]


def _with_a_partner(row: Record, company: Company) -> Registered:
    lead_id = row["lead_id"]
    return Registered(None, row["partner_id"], None, row["product_family"], company, False, "lead", lead_id=lead_id)


def _named_account(row: Record, company: Company) -> Registered:
    return Registered(None, None, row["customer_id"], "", company, False, "named_account")


def _source(row: Record, partner_id: str | None) -> Source:
    if row["kind"] == "won" or (row["kind"] == "licence" and row["partner_id"] == partner_id):
        return "installed_base"
    if row["kind"] == "licence":
        return "licence"
    if row["kind"] == "direct":
        return "direct_opportunity"
    if row["partner_id"] == partner_id:
        return "own_registration"
    return "ended" if row["kind"] == "ended" else "registration"


def registered(row: Record, company: Company, source: Source = "registration") -> Registered:
    """Return an entry of the register as one to compare with."""
    return Registered(
        deal_id=None if row["kind"] in ("direct", "licence") else row["deal_id"],
        partner_id=row["partner_id"],
        customer_id=row["customer_id"],
        product_family=row["product_family"],
        company=company,
        protects=row["protects"],
        source=source,
        extent=extent_of(row, project=row["title"]),
        direct_opportunity_id=row["deal_id"] if row["kind"] == "direct" else None,
        licence_id=row["deal_id"] if row["kind"] == "licence" else None,
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
