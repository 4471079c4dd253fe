"""The composition root of the leads service."""

from services.leads.handover import routes as handover
from services.leads.handover.commands import WAITS
from services.leads.handover.handlers import lead_waits, offer_expires
from services.leads.leads import routes as leads
from services.leads.leads.importing import LEAD
from services.leads.metadata import PLUMBING
from services.leads.offers import routes as offers
from services.leads.offers.commands import EXPIRES
from services.leads.progress import routes as progress
from services.leads.progress.delivery import WORK as CONVERSION
from services.leads.routing import routes as routing
from services.leads.subscriptions import SUBSCRIPTIONS
from services.leads.territories import routes as territories
from shared.links import Links
from shared.service import assemble
from shared.web.app import App

_ROUTERS = (
    leads.router,
    handover.router,
    progress.router,
    routing.explanations,
    offers.router,
    routing.router,
    territories.router,
)


def create_app(*, database_url: str, links: Links, background: bool = True) -> App:
    """Return the leads service over its database and its sister services."""
    return assemble(
        name="leads",
        title="Leads",
        database_url=database_url,
        tables=PLUMBING,
        routers=lambda _: _ROUTERS,
        subscriptions=SUBSCRIPTIONS,
        work=[CONVERSION],
        timers={EXPIRES: offer_expires, WAITS: lead_waits},
        imports=(LEAD,),
        links=links,
        background=background,
    )
