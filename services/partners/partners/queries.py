"""Reads of partners."""

from typing import Any

from sqlalchemy import bindparam, select

from services.partners.partners.tables import LIFECYCLE, partners
from shared.db.pool import Record
from shared.db.resource import Resource, Row, computed
from shared.db.statements import TENANT, Statement
from shared.db.tx import Tx
from shared.events.catalog.partners import PartnerDirectory
from shared.matching import Company


def _external(row: Row) -> dict[str, Any] | None:
    if row["external_id"] is None:
        return None
    return {"system": row["external_system"], "type": row["external_type"], "id": row["external_id"]}


PARTNERS = Resource(
    "partner",
    partners,
    (
        "name",
        "legal_name",
        "country",
        "website",
        "tax_id",
        "territories",
        "product_families",
        "partner_types",
        "lead_capacity",
        "accepts_leads",
        "tier",
        "tier_since",
        "status",
        "status_reason",
        "status_since",
        "terminates_on",
        "application_id",
        computed("external_reference", _external, "external_system", "external_type", "external_id"),
    ),
    expands={"application_id": "applications"},
    title=("name",),
    subtitle="legal_name",
    permission="partners:read",
    sorts=("created_at", "updated_at", "name"),
    filters=("status", "country", "tier", "created_at"),
    lifecycle=LIFECYCLE,
)
_BY_EXTERNAL = Statement(
    select(partners).where(
        partners.c.tenant_id == TENANT,
        partners.c.external_system == bindparam("wanted_system"),
        partners.c.external_type == bindparam("wanted_type"),
        partners.c.external_id == bindparam("wanted_id"),
    )
)


async def by_external_reference(tx: Tx, *, system: str, type: str, id: str) -> Record | None:  # noqa: A002
    """Return the partner that another system knows by this reference, if there is one."""
    return await tx.first(_BY_EXTERNAL, wanted_system=system, wanted_type=type, wanted_id=id)


def directory(row: Row) -> PartnerDirectory:
    """Return the full state of a partner as sister services get it."""
    return PartnerDirectory(
        partner_id=row["id"],
        name=row["name"],
        country=row["country"],
        status=row["status"],
        tier=row["tier"],
        tier_since=row["tier_since"],
        partner_types=row["partner_types"],
        territories=row["territories"],
        product_families=row["product_families"],
        lead_capacity=row["lead_capacity"],
        accepts_leads=row["accepts_leads"],
        terminates_on=row["terminates_on"],
    )


def identity(row: Row) -> Company:
    """Return what identifies the partner as a company."""
    return Company(
        row["legal_name"] or row["name"], country=row["country"], domain=row["website"], tax_id=row["tax_id"]
    )
