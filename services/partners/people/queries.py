"""Reads of people."""

from typing import Any

from sqlalchemy import bindparam, select

from services.partners.people.rules import Member
from services.partners.people.tables import LIFECYCLE, people
from shared.db.resource import Resource, Row
from shared.db.statements import TENANT, Statement
from shared.db.tx import Tx

PEOPLE = Resource(
    "person",
    people,
    (
        "partner_id",
        "given_name",
        "family_name",
        "email",
        "phone",
        "job_title",
        "locale",
        "roles",
        "status",
        "invited_at",
        "activated_at",
        "deactivated_at",
    ),
    expands={"partner_id": "partners"},
    title=("given_name", "family_name"),
    subtitle="email",
    permission="people:read",
    filters=("partner_id", "status", "email"),
    lifecycle=LIFECYCLE,
)
_MEMBERS = Statement(
    select(people.c.id, people.c.status, people.c.roles).where(
        people.c.tenant_id == TENANT, people.c.partner_id == bindparam("of_partner"), people.c.status != "deactivated"
    )
)
_WITH_EMAIL = Statement(
    select(people.c.id).where(
        people.c.tenant_id == TENANT,
        people.c.partner_id == bindparam("of_partner"),
        people.c.email_key == bindparam("wanted_email"),
    )
)


async def members(tx: Tx, partner_id: str) -> list[Member]:
    """Return the people of a partner who have not been deactivated."""
    return [member(row) for row in await tx.all(_MEMBERS, of_partner=partner_id)]


async def has_email(tx: Tx, *, partner_id: str, email_key: str) -> bool:
    """Tell whether a person of the partner has this address."""
    return await tx.first(_WITH_EMAIL, of_partner=partner_id, wanted_email=email_key) is not None


def member(row: Row) -> Member:
    """Return a person as far as administration goes."""
    return Member(id=row["id"], status=row["status"], roles=tuple(row["roles"]))


def contact(row: Row) -> dict[str, Any]:
    """Return what the gateway needs to write to a person and to let them in."""
    names = ("partner_id", "given_name", "family_name", "email", "roles", "status", "locale")
    return {"person_id": row["id"], **{name: row[name] for name in names}}
