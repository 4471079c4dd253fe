"""How leads are shown: the row, and of the person behind it what the caller may see."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, Protocol

from sqlalchemy import ARRAY, Text, any_, bindparam, select

from services.leads.leads.tables import LIFECYCLE, lead_contacts, leads
from shared.auth.principal import Caller
from shared.db.pool import Record
from shared.db.read import Page, Read
from shared.db.resource import Resource, Row, computed, group, money
from shared.db.statements import TENANT, Statement
from shared.db.visibility import shape_of, within

PERSON = ("given_name", "family_name", "email", "phone")


class View(Protocol):
    """A transaction or a read: somebody's view of the schema."""

    @property
    def viewer(self) -> str: ...

    @property
    def caller(self) -> Caller: ...

    async def all(self, statement: Statement, /, **values: Any) -> list[Record]: ...


def _offer(row: Row) -> dict[str, Any] | None:
    if row["offer_id"] is None:
        return None
    return {
        "id": row["offer_id"],
        "partner_id": row["partner_id"],
        "expires_at": row["offer_expires_at"],
        "status": row["offer_status"],
    }


def _external(row: Row) -> dict[str, Any] | None:
    if row["external_id"] is None:
        return None
    return {"system": row["external_system"], "type": row["external_type"], "id": row["external_id"]}


LEADS = Resource(
    "lead",
    leads,
    (
        *("status", "source", "product_family", "country", "reason", "partner_id"),
        group(
            "company",
            name="company_name",
            domain="company_domain",
            country="company_country",
            tax_id="company_tax_id",
        ),
        computed("contact", lambda row: row["contact"]),
        money("amount"),
        computed("external_reference", _external, "external_system", "external_type", "external_id"),
        computed("offer", _offer, "offer_id", "offer_status", "offer_expires_at"),
        *("qualified_at", "accepted_at", "contacted_at", "converted_at", "deal_id"),
    ),
    expands={"partner_id": "partners", "deal_id": "deals"},
    title=("company.name",),
    subtitle="company.domain",
    permission="leads:read",
    sorts=("created_at",),
    filters=(*("status", "partner_id", "source", "product_family", "country", "deal_id", "created_at"),),
    lifecycle=LIFECYCLE,
)


@lru_cache(maxsize=8)
def _people(shape: str) -> Statement:
    wanted = lead_contacts.c.id == any_(bindparam("lead_ids", type_=ARRAY(Text(collation="C"))))
    return Statement(
        select(lead_contacts).where(lead_contacts.c.tenant_id == TENANT, wanted, *within(lead_contacts, shape))
    )


async def shown(view: View, rows: Sequence[Row]) -> list[Row]:
    """Return the rows with the person the caller may see (null members where it may not), and the vendor's notes for the vendor alone."""
    people: dict[str, Row] = {}
    if rows:
        found = await view.all(_people(shape_of(view.viewer)), lead_ids=[row["id"] for row in rows])
        people = {person["id"]: person for person in found}
    notes: Mapping[str, Any] = {"external_id": None} if view.caller.kind == "partner" else {}
    return [{**row, **notes, "contact": _contact(people.get(row["id"]))} for row in rows]


def _contact(person: Row | None) -> dict[str, Any]:
    return {name: person[name] if person is not None else None for name in PERSON}


async def one(view: View, row: Row) -> Row:
    """Return one lead as its caller may see it."""
    return (await shown(view, [row]))[0]


async def page(read: Read, query: Mapping[str, str]) -> Page:
    """Return a page of leads as the caller may see them."""
    found = await read.page(LEADS, query)
    return Page(await shown(read, found.rows), found.next_cursor)
