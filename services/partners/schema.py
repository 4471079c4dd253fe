"""Every table of this service, in one metadata."""

from services.partners.account_teams import tables as account_teams
from services.partners.applications import tables as applications
from services.partners.identity import tables as identity
from services.partners.metadata import METADATA
from services.partners.partners import tables as partners
from services.partners.people import tables as people
from services.partners.programs import tables as programs
from services.partners.relationships import tables as relationships
from services.partners.screening import tables as screening
from services.partners.staff import tables as staff
from services.partners.tiers import tables as tiers

__all__ = [
    "METADATA",
    "account_teams",
    "applications",
    "identity",
    "partners",
    "people",
    "programs",
    "relationships",
    "screening",
    "staff",
    "tiers",
]
