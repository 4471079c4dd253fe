"""The composition root of the incentives service."""

from services.incentives.accrual import handlers
from services.incentives.accrual import routes as accrual
from services.incentives.earnings import routes as earnings
from services.incentives.exchange import routes as exchange
from services.incentives.exchange.commands import ARRIVED
from services.incentives.ledger import routes as ledger
from services.incentives.metadata import PLUMBING
from services.incentives.payouts import routes as payouts
from services.incentives.plans import routes as plans
from services.incentives.statements import routes as statements
from services.incentives.subscriptions import SUBSCRIPTIONS
from shared.links import Links
from shared.service import assemble
from shared.web.app import App


def create_app(*, database_url: str, links: Links, background: bool = True) -> App:
    """Return the incentives service as an app; background work can be left to the caller."""
    return assemble(
        name="incentives",
        title="PRM incentives",
        database_url=database_url,
        tables=PLUMBING,
        routers=lambda _: [
            plans.plans,
            plans.versions,
            plans.assignments,
            exchange.router,
            accrual.explanations,
            accrual.licence_explanations,
            accrual.recalculations,
            earnings.router,
            ledger.accounts,
            ledger.entries,
            ledger.balance,
            ledger.periods,
            statements.router,
            payouts.router,
        ],
        subscriptions=SUBSCRIPTIONS,
        timers={ARRIVED: handlers.exchange_rate_arrived},
        links=links,
        background=background,
    )
