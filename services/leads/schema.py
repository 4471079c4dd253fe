"""All tables of the service, for its migrations."""

from services.leads.directory import tables as directory
from services.leads.leads import tables as leads
from services.leads.metadata import METADATA
from services.leads.offers import tables as offers
from services.leads.routing import tables as routing
from services.leads.territories import tables as territories

__all__ = ["METADATA", "directory", "leads", "offers", "routing", "territories"]
