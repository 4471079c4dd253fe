"""Reading solutions."""

from collections.abc import Collection
from typing import Any, Final

import orjson
from sqlalchemy import ARRAY, ColumnElement, Text, any_, bindparam, case, cast, literal_column, or_, select

from services.deals.directory.tables import partner_directory
from services.deals.products.queries import BY_CODE
from services.deals.solutions.rules import Owner, concerned, is_waiting, kept_from, owner_of, sharing
from services.deals.solutions.tables import IN_FORCE, LIFECYCLE, PARTS, solution_listings, solution_parties, solutions
from shared.auth.principal import Caller
from shared.auth.sides import is_vendor_side
from shared.db.pool import Record
from shared.db.resource import Resource, Row
from shared.db.statements import TENANT, Statement
from shared.db.tx import Tx
from shared.errors import Fault, Invalid

_L, _P = solution_listings.c, partner_directory.c


def owners_of(row: Row) -> list[Owner]:
    """Return the owners of a solution."""
    return _owners(row["owners"])


def _owners(stored: Any) -> list[Owner]:
    return [owner_of(each) for each in (orjson.loads(stored) if isinstance(stored, str) else stored)]


def _out_of_turn(row: Row, caller: Caller) -> Collection[str]:
    owners = owners_of(row)
    waits = is_waiting(concerned(owners, before=_owners(row["owners_before"] or "[]")))
    out = ("submit", "validate", "list") if waits else ()
    return (
        out if is_vendor_side(caller) else (*out, *kept_from(caller.partner_id, owners=owners, lead=row["partner_id"]))
    )


def _owners_before() -> ColumnElement[Any]:
    """The owners of the version before, where that is in force and its reader sees it: they consent to what is left of their parts."""
    before = solutions.alias("before")
    found = select(cast(before.c.owners, Text)).where(
        before.c.tenant_id == TENANT,
        before.c.id == solutions.c.previous_id,
        or_(*(before.c.status == literal_column(f"'{each}'") for each in IN_FORCE)),
    )
    return case((solutions.c.previous_id.is_not(None), found.correlate(solutions).scalar_subquery()))


SOLUTIONS = Resource(
    "solution",
    solutions,
    (
        *("partner_id", *PARTS, "solution_version", "previous_id", "status"),
        *("submitted_at", "validated_at", "listed_at", "expires_at", "reason", "created_by"),
    ),
    expands={"partner_id": "partners", "previous_id": "solutions"},
    permission="solutions:read",
    filters=("status", "partner_id"),
    lifecycle=LIFECYCLE,
    ruled_out=_out_of_turn,
    beside={"owners_before": _owners_before()},
)
SOLUTION_LISTINGS = Resource(
    "solution_listing",
    solution_listings,
    ("solution_id", "name", "description", "product_families", "solution_version", "partners", "listed_until"),
    title=("name",),
    subtitle="solution_version",
    permission="solution-listings:read",
    filters=("solution_id",),
)
_BY_ID: Final = Statement(
    select(solutions).where(solutions.c.tenant_id == TENANT, solutions.c.id == bindparam("solution"))
)
_IN_FORCE_WITH: Final = Statement(
    select(solutions)
    .select_from(
        solutions.join(
            solution_parties,
            (solution_parties.c.tenant_id == solutions.c.tenant_id)
            & (solution_parties.c.solution_id == solutions.c.id),
        )
    )
    .where(
        solutions.c.tenant_id == TENANT,
        solution_parties.c.partner_id == bindparam("partner"),
        or_(solutions.c.status == "validated", solutions.c.status == "listed"),
    )
    .order_by(solutions.c.id)
    .with_for_update(of=solutions)
)
_FOLLOWING: Final = Statement(
    select(solutions.c.id)
    .where(
        solutions.c.tenant_id == TENANT,
        solutions.c.previous_id == bindparam("previous"),
        solutions.c.listed_at.is_not(None),
    )
    .limit(1)
)
_LISTING: Final = Statement(
    select(solution_listings).where(_L.tenant_id == TENANT, _L.solution_id == bindparam("solution"))
)
_NAMES: Final = Statement(
    select(_P.partner_id, _P.name).where(
        _P.tenant_id == TENANT, _P.partner_id == any_(bindparam("partners", type_=ARRAY(Text(collation="C"))))
    )
)


async def in_force_with(tx: Tx, partner_id: str) -> list[Record]:
    """Return the solutions in force that a partner leads or owns a part of, held. For the engine role."""
    return await tx.all(_IN_FORCE_WITH, partner=partner_id)


async def is_followed(tx: Tx, solution_id: str) -> bool:
    """Tell whether a version that names this one as the one before has been listed. For the engine role."""
    return await tx.first(_FOLLOWING, previous=solution_id) is not None


async def listing_of(tx: Tx, solution_id: str) -> Record | None:
    """Return what is listed of a solution."""
    return await tx.first(_LISTING, solution=solution_id)


async def names_of(tx: Tx, partner_ids: Collection[str]) -> dict[str, str]:
    """Return what partners are called, of those heard of. For the engine role."""
    return {row["partner_id"]: row["name"] for row in await tx.all(_NAMES, partners=list(partner_ids))}


async def require_families(tx: Tx, codes: Collection[str]) -> None:
    """Raise Invalid for product families that there are not."""
    for place, code in enumerate(codes):
        if await tx.first(BY_CODE, code=code) is None:
            fault = Fault(f"/product_families/{place}", "unknown_product_family", "No product family has this code.")
            raise Invalid(errors=[fault])


async def split_for(tx: Tx, *, solution_id: str, deal: Row) -> list[Owner]:
    """Return the owners of a validated solution with their shares, for a deal it can be sold in; raises Invalid."""
    row = await tx.first(_BY_ID, solution=solution_id)
    if row is None or row["status"] not in IN_FORCE:
        raise Invalid(errors=[Fault("/solution_id", "unknown_solution", "There is no such solution in force.")])
    if deal["product_family"] not in row["product_families"]:
        fault = Fault("/solution_id", "other_product_family", "The deal is about something this solution is not for.")
        raise Invalid(errors=[fault])
    return sharing(owners_of(row))
