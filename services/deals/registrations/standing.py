"""Where a partner stands when it submits: what it has open, what it had with this customer, and what the vendor asks of it.

All of it is one statement, which also says whether the customer is put out to tender.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Date, DateTime, Text, bindparam, func, lateral, literal_column, or_, select, true

from services.deals.registration_policies.queries import IN_FORCE
from services.deals.registration_policies.rules import DEFAULT, MOST_OPEN, RegistrationPolicy, stored_policy
from services.deals.registrations.tables import IS_STANDING, deals
from services.deals.screening.days import next_day
from services.deals.screening.tables import conflict_check_budgets
from services.deals.tenders.rules import is_open
from services.deals.tenders.tables import UNDECIDED, tenders
from shared.db.pool import Record
from shared.db.resource import Row
from shared.db.statements import TENANT, Statement
from shared.db.tx import Tx

MEASURED: Final = "registration_quality"
"""The timer that works out a partner's figures."""
_SOON: Final = timedelta(minutes=1)
# More registrations than this, one partner does not submit in the same moment.
_AT_ONCE: Final = 200
_TAKE_TURN: Final = "SELECT pg_advisory_xact_lock(hashtextextended($1 || $2 || ' open registrations', 0))"
_D = deals.c
_ID: Final = Text(collation="C")
_PARTNER, _DEAL = bindparam("partner", type_=_ID), bindparam("deal", type_=_ID)
_CUSTOMER, _FAMILY = bindparam("customer", type_=_ID), bindparam("family", type_=Text)
_AT = bindparam("at", type_=DateTime(timezone=True))


@dataclass(frozen=True, slots=True)
class Tender:
    """A tender that is not decided yet."""

    id: str
    closes_at: datetime
    status: str

    def is_open(self, at: datetime) -> bool:
        """Tell whether it takes registrations."""
        return is_open(status=self.status, closes_at=self.closes_at, at=at)


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of a partner, besides the registration that it submits."""

    policy: RegistrationPolicy
    open: int
    others: tuple[Record, ...]
    tender: Tender | None
    is_measured_soon: bool
    withdrawn_today: int


def _open_registrations() -> Any:
    open_ones = (
        select(literal_column("1"))
        .select_from(deals)
        .where(
            _D.tenant_id == TENANT,
            _D.partner_id == _PARTNER,
            IS_STANDING,
            # What is decided about is open, however long ago it was protected.
            or_(_D.status != "approved", func.coalesce(func.least(_D.protected_until, _D.lapses_at) > _AT, true())),
            _D.id != _DEAL,
        )
        .limit(MOST_OPEN)
        .subquery("open_ones")
    )
    return select(func.count()).select_from(open_ones).scalar_subquery()


def _standing() -> Statement:
    policy = IN_FORCE.subquery("in_force")
    timer = deals.metadata.tables["timers"]
    put_out = (
        select(tenders.c.id, tenders.c.status, tenders.c.closes_at)
        .where(
            tenders.c.tenant_id == TENANT,
            tenders.c.customer_id == _CUSTOMER,
            tenders.c.product_family == _FAMILY,
            UNDECIDED,
        )
        .limit(1)
        .subquery("put_out")
    )
    soon: Any = select(literal_column("true")).where(
        timer.c.tenant_id == TENANT,
        timer.c.kind == literal_column(f"'{MEASURED}'"),
        timer.c.subject == _PARTNER,
        timer.c.due_at <= bindparam("soon", type_=DateTime(timezone=True)),
    )
    withdrawn: Any = select(conflict_check_budgets.c.withdrawn).where(
        conflict_check_budgets.c.tenant_id == TENANT,
        conflict_check_budgets.c.partner_id == _PARTNER,
        conflict_check_budgets.c.day == bindparam("today", type_=Date),
    )
    known = select(
        _open_registrations().label("open_registrations"),
        select(func.to_jsonb(policy.table_valued())).scalar_subquery().label("policy_in_force"),
        func.coalesce(soon.scalar_subquery(), literal_column("false")).label("is_measured_soon"),
        func.coalesce(withdrawn.scalar_subquery(), literal_column("0")).label("withdrawn_today"),
    ).subquery("known")
    others = lateral(
        select(deals)
        .where(
            _D.tenant_id == TENANT,
            _D.partner_id == _PARTNER,
            _D.customer_id == _CUSTOMER,
            _D.product_family == _FAMILY,
            _D.id != _DEAL,
        )
        .order_by(_D.updated_at.desc(), _D.id.desc())
        .limit(200)
    )
    tender = [put_out.c[name].label(f"tender_{name}_now") for name in ("id", "status", "closes_at")]
    return Statement(
        select(known, *tender, *others.c).select_from(known.outerjoin(put_out, true()).outerjoin(others, true()))
    )


_STANDING = _standing()
_OPEN = Statement(select(_open_registrations().label("open_registrations"), TENANT.label("tenant_id")))


async def standing_of(tx: Tx, deal: Row, *, customer_id: str) -> Standing:
    """Return where the partner of a deal stands, besides this deal, with a customer whose lock is held. For the engine role."""
    asked = {"partner": deal["partner_id"], "deal": deal["id"], "customer": customer_id}
    when = {"at": tx.now, "soon": tx.now + _SOON, "today": next_day(tx.now)[0]}
    rows = await tx.all(_STANDING, **asked, **when, family=deal["product_family"])
    first = rows[0]
    policy = DEFAULT if first["policy_in_force"] is None else stored_policy(first["policy_in_force"])
    tender = None
    if first["tender_id_now"] is not None:
        tender = Tender(first["tender_id_now"], first["tender_closes_at_now"], first["tender_status_now"])
    return Standing(
        policy,
        first["open_registrations"],
        tuple(row for row in rows if row["id"] is not None),
        tender,
        first["is_measured_soon"],
        first["withdrawn_today"],
    )


async def open_for_certain(tx: Tx, deal: Row, *, standing: Standing, quota: int) -> int:
    """Return how many registrations a partner has open; near the quota its submissions wait for one another to know it."""
    if standing.open + _AT_ONCE < quota:
        return standing.open
    return await open_now(tx, deal)


async def open_now(tx: Tx, deal: Row) -> int:
    """Return how many registrations a partner has open besides this deal; those that ask wait for one another. For the engine role."""
    await tx.connection.execute(_TAKE_TURN, tx.tenant_id, deal["partner_id"])
    return int(await tx.value(_OPEN, partner=deal["partner_id"], deal=deal["id"], at=tx.now))


async def measure_soon(tx: Tx, partner_id: str) -> None:
    """Have a partner's figures worked out within a minute, once for all that happens until then."""
    await tx.remind(MEASURED, subject=partner_id, at=tx.now + _SOON)
