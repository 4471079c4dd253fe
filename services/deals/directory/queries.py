"""Asking about partners; a partner not heard of yet is read through from its owner once."""

from dataclasses import dataclass, replace
from typing import Any, Final

from sqlalchemy import (
    BindParameter,
    Column,
    ColumnElement,
    Text,
    bindparam,
    func,
    literal_column,
    or_,
    select,
    true,
)

from services.deals.directory.rules import ACTIVE, PartnerNotActive, Scope, StatusChange, Suspension, suspensions
from services.deals.directory.tables import partner_directory, partner_statuses, territories, tier_programs
from services.deals.pipelines.rules import BUILT_IN
from services.deals.pipelines.tables import pipelines
from shared.db.pool import Record
from shared.db.read import Read
from shared.db.statements import TENANT, Statement
from shared.db.tx import Tx
from shared.db.visibility import shape_of, within
from shared.errors import Fault, Invalid, Unavailable
from shared.events.catalog.partners import PartnerDirectory

_PARTNER: Final[BindParameter[str]] = bindparam("partner", type_=Text(collation="C"))
# The version in force for the program of the partner's tier, else the one for every program; none leaves the built-in one.
_IN_FORCE = (
    select(pipelines.c.id.label("pipeline_id"), pipelines.c.first_stage)
    .where(
        pipelines.c.tenant_id == TENANT,
        pipelines.c.status == "published",
        or_(
            pipelines.c.program.is_(None),
            # Two programs may have a tier of one code.
            pipelines.c.program.in_(
                select(tier_programs.c.program)
                .where(tier_programs.c.tenant_id == TENANT, tier_programs.c.tier == partner_directory.c.tier)
                .correlate(partner_directory)
            ),
        ),
    )
    .order_by(pipelines.c.program.is_(None), pipelines.c.program)
    .limit(1)
    .lateral("in_force")
)
# The countries of the territories that a partner names, by their codes: in the statement that is asked about it anyway.
_NAMED = func.jsonb_array_elements_text(partner_directory.c.territories).column_valued("named")
_COUNTRIES = (
    select(func.jsonb_object_agg(territories.c.code, territories.c.countries))
    .where(territories.c.tenant_id == TENANT, territories.c.code.in_(select(_NAMED)))
    .correlate(partner_directory)
    .scalar_subquery()
    .label("countries")
)
# One for each shape of a caller's view, so that a partner outside it is unknown to the caller.
_OF_SHAPE = {
    shape: select(partner_directory, _COUNTRIES, _IN_FORCE.c.pipeline_id, _IN_FORCE.c.first_stage)
    .select_from(partner_directory.outerjoin(_IN_FORCE, true()))
    .where(
        partner_directory.c.tenant_id == TENANT,
        partner_directory.c.partner_id == _PARTNER,
        *within(partner_directory, shape),
    )
    for shape in ("all", "org", "closure", "none")
}
_KNOWN = {shape: Statement(known) for shape, known in _OF_SHAPE.items()}
_HELD = {shape: Statement(known.with_for_update(read=True, of=partner_directory)) for shape, known in _OF_SHAPE.items()}
_IS_STORED = Statement(
    select(partner_directory.c.version).where(
        partner_directory.c.tenant_id == TENANT, partner_directory.c.partner_id == _PARTNER
    )
)
_STATUSES = Statement(
    select(partner_statuses).where(partner_statuses.c.tenant_id == TENANT, partner_statuses.c.partner_id == _PARTNER)
)
_TIER = Statement(
    select(partner_directory.c.tier).where(
        partner_directory.c.tenant_id == TENANT, partner_directory.c.partner_id == _PARTNER
    )
)


def begins_in(partner_id: ColumnElement[str]) -> ColumnElement[str]:
    """Return the expression for the version of a pipeline in which a partner begins its deals, null for the built-in one."""
    return (
        select(_IN_FORCE.c.pipeline_id)
        .select_from(partner_directory.join(_IN_FORCE, true()))
        .where(partner_directory.c.tenant_id == TENANT, partner_directory.c.partner_id == partner_id)
        .scalar_subquery()
    )


def is_inactive(partner_id: Column[Any]) -> ColumnElement[bool]:
    """Return the expression for whether nothing new may be given to a partner: of one not heard of yet, that is not known."""
    known = select(partner_directory.c.status != literal_column(f"'{ACTIVE}'")).where(
        partner_directory.c.tenant_id == TENANT, partner_directory.c.partner_id == partner_id
    )
    return known.correlate(partner_id.table).scalar_subquery()


@dataclass(frozen=True, slots=True)
class Partner:
    """What a decision about a deal uses of its partner."""

    id: str
    status: str
    tier: str | None
    pipeline_id: str | None = None
    first_stage: str = BUILT_IN.first.code
    """Where its new deals begin: in the version that is in force for its program."""
    name: str = ""
    country: str | None = None
    scope: Scope = Scope()
    agreement_in_force: bool | None = None
    """None where it is not known: nobody tells of agreements yet (ADR 12)."""
    credential_valid: bool | None = None
    """Whether it has what is asked of whoever sells the product; None where it is not known."""

    @property
    def is_active(self) -> bool:
        """Whether new work may be given to it."""
        return self.status == ACTIVE


async def partner_of(tx: Tx, partner_id: str, *, held: bool = False) -> Partner:
    """Return a partner in the caller's view, where `held` kept from being suspended until the transaction ends.

    Raises Invalid at /partner_id when there is none.
    """
    wanted = (_HELD if held else _KNOWN)[shape_of(tx.viewer)]
    row = await tx.first(wanted, partner=partner_id)
    if row is None:
        async with tx.as_engine("a partner not heard of yet is read from its owner"):
            if await tx.first(_IS_STORED, partner=partner_id) is None:
                await _read_through(tx, partner_id)
        row = await tx.first(wanted, partner=partner_id)
    if row is None:
        raise Invalid(errors=[Fault("/partner_id", "unknown_partner", "There is no such partner.")])
    return _partner(row)


async def active_partner(tx: Tx, partner_id: str) -> Partner:
    """Like `partner_of`, held, and raise PartnerNotActive when nothing new may be given to it."""
    partner = await partner_of(tx, partner_id, held=True)
    if not partner.is_active:
        # The news that it has become active may be on its way. What it will replace stays held against a suspension.
        told = await _told_by_owner(tx, partner_id)
        if told is None or told[0].status != ACTIVE:
            raise PartnerNotActive()
        now = told[0]
        scope = replace(partner.scope, territories=now.territories, product_families=now.product_families)
        partner = Partner(partner_id, now.status, now.tier, name=now.name, country=now.country, scope=scope)
    return partner


async def tier_of(asking: Tx | Read, partner_id: str) -> str | None:
    """Return the tier of a partner as far as is known here."""
    row = await asking.first(_TIER, partner=partner_id)
    return None if row is None else row["tier"]


async def suspensions_of(tx: Tx, partner_id: str) -> tuple[Suspension, ...]:
    """Return when a partner was suspended, as far as is known."""
    rows = await tx.all(_STATUSES, partner=partner_id)
    return suspensions(StatusChange(row["version"], row["since"], row["status"]) for row in rows)


async def store(tx: Tx, partner: PartnerDirectory, *, version: int) -> None:
    """Keep a partner's state, unless a newer one is kept already."""
    await tx.project(
        partner_directory,
        version=version,
        partner_id=partner.partner_id,
        name=partner.name,
        country=partner.country,
        status=partner.status,
        tier=partner.tier,
        territories=partner.territories,
        product_families=partner.product_families,
    )


async def _read_through(tx: Tx, partner_id: str) -> None:
    told = await _told_by_owner(tx, partner_id)
    if told is not None:
        await store(tx, told[0], version=told[1])


async def _told_by_owner(tx: Tx, partner_id: str) -> tuple[PartnerDirectory, int] | None:
    """Return a partner's state and version as its owner has them now, or None when it knows of no such partner."""
    answer = await tx.database.peers["partners"].get(
        "/internal/partners", query=f"tenant={tx.tenant_id}&id={partner_id}"
    )
    if answer.status == 404:
        return None
    if answer.status != 200:
        raise Unavailable("The partner cannot be looked up right now.")
    found = answer.json()
    return PartnerDirectory.model_validate(found["data"]), found["version"]


def _partner(row: Record) -> Partner:
    first = row["first_stage"] or BUILT_IN.first.code
    name, country = row["name"], row["country"]
    scope = Scope(row["territories"], row["product_families"], row["countries"] or {})
    return Partner(row["partner_id"], row["status"], row["tier"], row["pipeline_id"], first, name, country, scope)
