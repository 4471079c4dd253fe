"""Composes the partners service."""

from collections.abc import Sequence

from services.partners.account_teams import routes as account_teams
from services.partners.account_teams.commands import DAY_COMES
from services.partners.account_teams.handlers import day_comes
from services.partners.applications import routes as applications
from services.partners.metadata import PLUMBING
from services.partners.partners import routes as partners
from services.partners.partners.commands import TERMINATION
from services.partners.partners.handlers import termination_due, tier_begins
from services.partners.partners.importing import PARTNER
from services.partners.partners.tiering import TIER_BEGINS
from services.partners.people import routes as people
from services.partners.people.importing import PERSON
from services.partners.programs import routes as programs
from services.partners.relationships import routes as relationships
from services.partners.relationships.commands import DAY_COMES as RELATIONSHIP_DAY
from services.partners.relationships.commands import OFFER_LAPSES
from services.partners.relationships.handlers import day_comes as relationship_day_comes
from services.partners.relationships.handlers import offer_lapses
from services.partners.screening import routes as screening
from services.partners.subscriptions import SUBSCRIPTIONS
from services.partners.tiers import routes as tiers
from shared.db.pool import Database
from shared.links import Links
from shared.service import assemble
from shared.web.app import App
from shared.web.router import Router


def create_app(*, database_url: str, links: Links, background: bool = True) -> App:
    """Return the service as an ASGI app; with `background` it also consumes events and runs timers by itself."""
    return assemble(
        name="partners",
        title="Partners",
        database_url=database_url,
        tables=PLUMBING,
        routers=_routers,
        subscriptions=SUBSCRIPTIONS,
        timers={
            TERMINATION: termination_due,
            TIER_BEGINS: tier_begins,
            DAY_COMES: day_comes,
            RELATIONSHIP_DAY: relationship_day_comes,
            OFFER_LAPSES: offer_lapses,
        },
        imports=(PARTNER, PERSON),
        links=links,
        background=background,
    )


def _routers(database: Database) -> Sequence[Router]:
    return [
        applications.router,
        screening.router,
        applications.previews,
        partners.router,
        people.router,
        programs.router,
        tiers.router,
        account_teams.router,
        account_teams.internal(database),
        relationships.router,
        partners.internal(database),
        people.internal(database),
        tiers.internal(database),
    ]
