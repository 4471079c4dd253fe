"""Every table of this service."""

from services.deals.activities import tables as _activities
from services.deals.adjudication import tables as _adjudication
from services.deals.approval import tables as _approval
from services.deals.approval_delegations import tables as _approval_delegations
from services.deals.approval_tasks import tables as _approval_tasks
from services.deals.attributions import tables as _attributions
from services.deals.calendars import tables as _calendars
from services.deals.catalogue import tables as _catalogue
from services.deals.conflict_policies import tables as _conflict_policies
from services.deals.consumption import tables as _consumption
from services.deals.customers import tables as _customers
from services.deals.direct_opportunities import tables as _direct_opportunities
from services.deals.directory import tables as _directory
from services.deals.domain_links import tables as _domain_links
from services.deals.engagements import tables as _engagements
from services.deals.evidence import tables as _evidence
from services.deals.handovers import tables as _handovers
from services.deals.held_leads import tables as _held_leads
from services.deals.installed_base import tables as _installed_base
from services.deals.metadata import METADATA, PLUMBING
from services.deals.notes import tables as _notes
from services.deals.order_policies import tables as _order_policies
from services.deals.orders import tables as _orders
from services.deals.pipeline_migrations import tables as _pipeline_migrations
from services.deals.pipelines import tables as _pipelines
from services.deals.pos_mappings import tables as _pos_mappings
from services.deals.prices import tables as _prices
from services.deals.products import tables as _products
from services.deals.promotions import tables as _promotions
from services.deals.protection import tables as _protection
from services.deals.quality import tables as _quality
from services.deals.quotes import tables as _quotes
from services.deals.registration_policies import tables as _registration_policies
from services.deals.registrations import tables as _registrations
from services.deals.retention import tables as _retention
from services.deals.returns import tables as _returns
from services.deals.screening import tables as _screening
from services.deals.sell_out import tables as _sell_out
from services.deals.share_templates import tables as _share_templates
from services.deals.solutions import tables as _solutions
from services.deals.special_prices import tables as _special_prices
from services.deals.stages import tables as _stages
from services.deals.tasks import tables as _tasks
from services.deals.tenders import tables as _tenders

__all__ = ["METADATA", "PLUMBING"]

_TABLES = (
    _handovers,
    _held_leads,
    _activities,
    _adjudication,
    _approval,
    _approval_delegations,
    _attributions,
    _approval_tasks,
    _calendars,
    _catalogue,
    _conflict_policies,
    _consumption,
    _customers,
    _direct_opportunities,
    _directory,
    _domain_links,
    _engagements,
    _evidence,
    _installed_base,
    _notes,
    _order_policies,
    _orders,
    _pipeline_migrations,
    _pipelines,
    _prices,
    _products,
    _promotions,
    _protection,
    _quotes,
    _quality,
    _registration_policies,
    _registrations,
    _retention,
    _returns,
    _screening,
    _sell_out,
    _pos_mappings,
    _share_templates,
    _solutions,
    _special_prices,
    _stages,
    _tasks,
    _tenders,
)
