"""Composes the deals service."""

from services.deals.activities import routes as activities
from services.deals.adjudication import routes as adjudication
from services.deals.adjudication.commands import close
from services.deals.approval.routes import router as approval_policies
from services.deals.approval_decisions import deadlines, handing, overdue
from services.deals.approval_decisions.routes import router as approval_tasks
from services.deals.approval_delegations import commands as delegations
from services.deals.approval_delegations.routes import router as approval_delegations
from services.deals.approval_preview.routes import router as approval_previews
from services.deals.approval_tasks import opening
from services.deals.attributions.routes import router as attributions
from services.deals.bundles.routes import router as bundles
from services.deals.catalogue.commands import STAGE_CHANGES, WARNS, follow_dates
from services.deals.catalogue.importing import PRODUCT
from services.deals.catalogue.routes import router as products
from services.deals.conflict_checks.routes import router as conflict_checks
from services.deals.conflict_policies.routes import router as conflict_policies
from services.deals.consumption import routes as consumption
from services.deals.customers.commands import hold
from services.deals.customers.importing import CUSTOMER
from services.deals.customers.routes import router as customers
from services.deals.direct_opportunities.routes import router as direct_opportunities
from services.deals.domain_links.routes import router as domain_links
from services.deals.engagements.commands import RUNS_OUT
from services.deals.engagements.handlers import HANDED_OVER, handed_over, invitation_runs_out
from services.deals.engagements.routes import router as engagements
from services.deals.erasure.routes import router as erasure
from services.deals.evidence import routes as evidence
from services.deals.forecasts.routes import router as forecasts
from services.deals.funnels.routes import router as funnels
from services.deals.licences import customers as licence_customers
from services.deals.licences import routes as licences
from services.deals.licences import timers as licence_timers
from services.deals.merging import routes as merging
from services.deals.notes import routes as notes
from services.deals.order_policies.routes import router as order_policies
from services.deals.orders import crediting
from services.deals.orders import routes as orders
from services.deals.ownership.routes import router as ownership
from services.deals.pipeline_migrations.moving import WORK as PIPELINE_MIGRATION
from services.deals.pipeline_migrations.routes import router as pipeline_migrations
from services.deals.pipelines.routes import router as pipelines
from services.deals.pos_mappings.routes import router as pos_mappings
from services.deals.prices.commands import ENDS as PRICE_LIST_ENDS
from services.deals.prices.commands import end as end_price_list
from services.deals.prices.routes import router as price_lists
from services.deals.pricing.routes import router as price_checks
from services.deals.products.routes import router as product_families
from services.deals.promotions.commands import ENDS as PROMOTION_ENDS
from services.deals.promotions.commands import end as end_promotion
from services.deals.promotions.routes import router as price_promotions
from services.deals.protection.exclusivity import LET_GO
from services.deals.protection.routes import extensions as protection_extensions
from services.deals.protection.routes import router as protection_claims
from services.deals.quality.measuring import measure, measure_all
from services.deals.quality.routes import router as registration_quality
from services.deals.quote_documents.routes import router as quote_documents
from services.deals.quote_orders.routes import router as quote_orders
from services.deals.quotes.commands import expire as expire_quote
from services.deals.quotes.routes import router as quotes
from services.deals.quotes.versions import EXPIRES as QUOTE_EXPIRES
from services.deals.quotes.warnings import warn
from services.deals.registration_policies.commands import PUBLISHED
from services.deals.registration_policies.routes import router as registration_policies
from services.deals.registrations import moving
from services.deals.registrations.contesting import look_again
from services.deals.registrations.importing import DEAL
from services.deals.registrations.internal import internal_routes
from services.deals.registrations.moving_routes import router as stages
from services.deals.registrations.outcomes import expire
from services.deals.registrations.routes import router as deals
from services.deals.registrations.standing import MEASURED
from services.deals.retention.commands import WALKS, walk
from services.deals.retention.routes import router as retention_policies
from services.deals.returns.routes import router as returns
from services.deals.reviews.commands import DUE as REVIEW_DUE
from services.deals.schema import PLUMBING
from services.deals.sell_out import routes as sell_out
from services.deals.sell_out.commands import RECEIVED, work_through
from services.deals.share_templates.routes import router as share_templates
from services.deals.solutions import routes as solutions
from services.deals.solutions.commands import RUNS_OUT as SOLUTION_ENDS
from services.deals.solutions.handlers import solution_runs_out
from services.deals.special_prices.commands import EXPIRES as SPECIAL_PRICE_EXPIRES
from services.deals.special_prices.commands import expire as expire_special_price
from services.deals.special_prices.routes import router as special_prices
from services.deals.stages.commands import OVERDUE as STAGE_OVERDUE
from services.deals.subscriptions import SUBSCRIPTIONS
from services.deals.tasks.commands import OVERDUE, notice_overdue
from services.deals.tasks.routes import router as deal_tasks
from services.deals.tendering.commands import CLOSES, time_is_up
from services.deals.tendering.routes import router as tenders
from services.deals.transfers import routes as transfers
from services.deals.transfers.commands import AGREED, move_as_agreed
from services.deals.upkeep import routes as upkeep
from shared.db.pool import Database
from shared.links import Links
from shared.service import assemble
from shared.web.app import App
from shared.web.router import Router


def create_app(*, database_url: str, links: Links, background: bool = True) -> App:
    """Return the deals service; its database opens with the app's lifespan."""

    def routers(database: Database) -> list[Router]:
        public = [
            orders.router,
            orders.lines,
            order_policies,
            consumption.router,
            consumption.deals,
            sell_out.batches,
            sell_out.lines,
            sell_out.matches,
            sell_out.orders,
            licences.router,
            licences.allowed,
            deals,
            conflict_checks,
            adjudication.cases,
            adjudication.reports,
            stages,
            ownership,
            funnels,
            pipelines,
            pipeline_migrations,
            forecasts,
            approval_policies,
            conflict_policies,
            direct_opportunities,
            domain_links,
            approval_previews,
            approval_tasks,
            approval_delegations,
            protection_claims,
            protection_extensions,
            customers,
            merging.customers,
            erasure,
            retention_policies,
            product_families,
            products,
            bundles,
            price_lists,
            price_promotions,
            price_checks,
            special_prices,
            quotes,
            quote_documents,
            quote_orders,
            returns,
            pos_mappings,
            share_templates,
            engagements,
            registration_policies,
            evidence.router,
            evidence.of_deals,
            notes.router,
            notes.of_deals,
            deal_tasks,
            upkeep.deals,
            activities.router,
            activities.of_deals,
            transfers.of_deals,
            transfers.transfers,
            transfers.consents,
            upkeep.claims,
            upkeep.extensions,
            attributions,
            solutions.router,
            solutions.listings,
            tenders,
            registration_quality,
        ]
        return [*public, *internal_routes(database)]

    return assemble(
        name="deals",
        title="Deals",
        database_url=database_url,
        tables=PLUMBING,
        routers=routers,
        subscriptions=SUBSCRIPTIONS,
        timers={
            AGREED: move_as_agreed,
            WALKS: walk,
            "protection_expires": expire,
            LET_GO: look_again,
            STAGE_OVERDUE: moving.notice_overdue,
            RUNS_OUT: invitation_runs_out,
            HANDED_OVER: handed_over,
            SOLUTION_ENDS: solution_runs_out,
            OVERDUE: notice_overdue,
            CLOSES: time_is_up,
            MEASURED: measure,
            PUBLISHED: measure_all,
            "case_closes": close,
            STAGE_CHANGES: follow_dates,
            PRICE_LIST_ENDS: end_price_list,
            PROMOTION_ENDS: end_promotion,
            SPECIAL_PRICE_EXPIRES: expire_special_price,
            QUOTE_EXPIRES: expire_quote,
            WARNS: warn,
            RECEIVED: work_through,
            opening.REMINDS: deadlines.remind,
            REVIEW_DUE: overdue.notice,
            opening.BREACHES: deadlines.breach,
            delegations.BEGINS: handing.begin,
            delegations.ENDS: delegations.end,
            licence_timers.RENEWS: licence_timers.prepare_renewal,
            licence_timers.ENDS: licence_timers.lapse,
            licence_customers.RECOGNISED: licence_customers.recognise,
            crediting.SETTLES: crediting.settle_anew,
        },
        held_by_timers={LET_GO: hold},
        work=[PIPELINE_MIGRATION],
        imports=(DEAL, CUSTOMER, PRODUCT),
        links=links,
        background=background,
    )
