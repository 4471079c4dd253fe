"""Reads of applications."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import ARRAY, Text, any_, bindparam, select

from services.partners.applications.rules import COOL_OFF, Rival, recently_rejected, rival_application, rival_partner
from services.partners.applications.tables import LIFECYCLE, applications
from services.partners.identity.queries import Claim, claims_on
from services.partners.screening.facts import Applicant, Standing, facts_of
from services.partners.screening.queries import Screening
from shared.db.resource import Resource, Row, computed, group
from shared.db.statements import TENANT, Statement
from shared.db.tx import Tx
from shared.matching import Company, IdentityKey, identity_keys
from shared.values.ids import is_id


def _reapply_from(row: Row) -> datetime | None:
    decided: datetime | None = row["decided_at"]
    return decided + COOL_OFF if row["status"] == "rejected" and decided is not None else None


APPLICATIONS = Resource(
    "application",
    applications,
    (
        group("company", legal_name="legal_name", country="country", website="website", tax_id="tax_id"),
        group("contact", given_name="given_name", family_name="family_name", email="email", locale="locale"),
        "answers",
        "partner_types",
        "source",
        "status",
        "reasons",
        "decision_trace",
        "policy_version",
        "duplicate_of",
        "decision_reason",
        "submitted_at",
        "decided_at",
        "decided_by",
        computed("reapply_from", _reapply_from, "status", "decided_at"),
        "partner_id",
    ),
    expands={"partner_id": "partners"},
    title=("company.legal_name",),
    subtitle="contact.email",
    permission="applications:read",
    sorts=("created_at", "updated_at"),
    filters=("status", "country", "source", "partner_id", "created_at"),
    lifecycle=LIFECYCLE,
)
_STATES = Statement(
    select(applications.c.id, applications.c.status, applications.c.decided_at).where(
        applications.c.tenant_id == TENANT,
        applications.c.id == any_(bindparam("wanted_ids", type_=ARRAY(Text(collation="C")))),
    )
)


def keys_of(row: Row) -> list[IdentityKey]:
    """Return the keys of the company that applies; without a website, its own mail domain stands for it."""
    site = row["website"] or row["email"]
    return identity_keys(Company(row["legal_name"], country=row["country"], domain=site, tax_id=row["tax_id"]))


async def rivals_of(tx: Tx, claims: Iterable[Claim]) -> dict[str, Rival]:
    """Return, by id, who holds the keys of a company already."""
    holders = sorted({claim.holder_id for claim in claims})
    applied = [holder for holder in holders if is_id(holder, "app")]
    rivals = {holder: Rival(holder, "partner", "") for holder in holders if is_id(holder, "ptr")}
    if applied:
        for row in await tx.all(_STATES, wanted_ids=applied):
            rivals[row["id"]] = Rival(row["id"], "application", row["status"], row["decided_at"])
    return rivals


def standing_of(rivals: Mapping[str, Rival], *, at: datetime) -> Standing:
    """Return how the applicant stands to these rivals."""
    return Standing(
        duplicate_partner=rival_partner(rivals.values()),
        duplicate_application=rival_application(rivals.values()),
        recently_rejected=recently_rejected(rivals.values(), at=at),
    )


async def facts_now(tx: Tx, row: Row, screening: Screening) -> Mapping[str, object]:
    """Return the facts of an application as they are now; takes no keys."""
    claims = await claims_on(tx, keys_of(row), besides=row["id"])
    rivals = await rivals_of(tx, claims)
    return facts_of(applicant(row), standing_of(rivals, at=tx.now), screening.lists)


def applicant(row: Row) -> Applicant:
    """Return what screening knows of an application by itself."""
    return Applicant(
        legal_name=row["legal_name"],
        country=row["country"],
        website=row["website"],
        tax_id=row["tax_id"],
        email=row["email"],
        partner_types=tuple(row["partner_types"]),
    )
