"""Reads of account teams."""

from collections.abc import Mapping
from datetime import date
from typing import Final

from sqlalchemy import ARRAY, Date, Integer, Text, any_, bindparam, func, select

from services.partners.account_teams.rules import Place
from services.partners.account_teams.tables import LIFECYCLE, OPEN, account_teams
from shared.db.pool import Record
from shared.db.resource import Resource, Row, group
from shared.db.statements import TENANT, Statement
from shared.db.tx import Tx
from shared.db.walls import MONEY

ACCOUNT_TEAMS: Final = Resource(
    "account_team",
    account_teams,
    (
        *("partner_id", "account_id", "role", "backup_account_id", "effective_from", "effective_to", "status"),
        group("contact", given_name="given_name", family_name="family_name", email="email"),
    ),
    expands={"partner_id": "partners", "account_id": "accounts"},
    permission="account-teams:read",
    filters=("partner_id", "account_id", "role", "status"),
    lifecycle=LIFECYCLE,
)
_OF_ACCOUNT: Final = (
    account_teams.c.tenant_id == TENANT,
    account_teams.c.account_id == bindparam("account"),
    account_teams.c.status == any_(bindparam("statuses", list(OPEN), type_=ARRAY(Text))),
)
_HELD: Final = Statement(
    select(account_teams).where(*_OF_ACCOUNT).order_by(account_teams.c.created_at, account_teams.c.id).with_for_update()
)
_SOME_HELD: Final = Statement(
    select(account_teams)
    .where(
        *_OF_ACCOUNT,
        account_teams.c.effective_to.is_(None) | (account_teams.c.effective_to > bindparam("day", type_=Date)),
    )
    .order_by(account_teams.c.created_at, account_teams.c.id)
    .limit(bindparam("most", type_=Integer))
    .with_for_update()
)
_OF_PARTNER: Final = Statement(
    select(account_teams).where(account_teams.c.tenant_id == TENANT, account_teams.c.partner_id == bindparam("partner"))
)
_REACHED: Final = Statement(
    select(account_teams.c.partner_id).where(
        *_OF_ACCOUNT,
        account_teams.c.status != "vacant",
        account_teams.c.effective_from <= bindparam("today", type_=Date),
        account_teams.c.effective_to.is_(None) | (account_teams.c.effective_to > bindparam("today", type_=Date)),
    )
)
_AFTER: Final = bindparam("after", type_=Date)
_NEXT: Final = Statement(
    select(
        func.least(
            func.min(account_teams.c.effective_from).filter(account_teams.c.effective_from > _AFTER),
            func.min(account_teams.c.effective_to).filter(account_teams.c.effective_to > _AFTER),
        )
    ).where(*_OF_ACCOUNT)
)


async def held(tx: Tx, account_id: str) -> list[Record]:
    """Return the places of an account that have not ended, locked, in one order for everybody."""
    return await tx.all(_HELD, account=account_id)


async def held_after(tx: Tx, account_id: str, *, day: date, most: int) -> list[Record]:
    """Return at most so many places of an account that it would hold beyond a day, locked."""
    return await tx.all(_SOME_HELD, account=account_id, day=day, most=most)


async def reached(tx: Tx, account_id: str, *, today: date) -> Mapping[str, str]:
    """Return the partners that an account looks after today, each with all that can be seen of it."""
    rows = await tx.all(_REACHED, account=account_id, today=today)
    return {row["partner_id"]: MONEY for row in rows}


async def meeting(tx: Tx, partner_id: str, *, start: date, end: date | None) -> list[Place]:
    """Return the places in a partner's team of which some days lie in `[start, end)`, whoever holds them."""
    async with tx.as_engine("what the database has refused is explained from all places of the partner"):
        found = [place(row) for row in await tx.all(_OF_PARTNER, partner=partner_id)]
    return [each for each in found if each.meets(start, end)]


async def on_day(tx: Tx, partner_id: str, *, day: date) -> list[Place]:
    """Return the places in a partner's team that are held on a day; one that is vacant is nobody's. For the engine role."""
    rows = await tx.all(_OF_PARTNER, partner=partner_id)
    found = [place(row) for row in rows if row["status"] != "vacant"]
    return sorted(
        (each for each in found if each.start <= day and (each.end is None or day < each.end)),
        key=lambda each: each.account_id,
    )


async def next_day(tx: Tx, account_id: str, *, after: date) -> date | None:
    """Return the first day after this one on which a place of an account begins or ends."""
    day: date | None = await tx.value(_NEXT, account=account_id, after=after)
    return day


def place(row: Row) -> Place:
    """Return a place as far as its days and its role go."""
    return Place(
        id=row["id"],
        partner_id=row["partner_id"],
        account_id=row["account_id"],
        role=row["role"],
        start=row["effective_from"],
        end=row["effective_to"],
    )
