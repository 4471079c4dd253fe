"""Leads, the people behind them in a table of their own, and the states a lead goes through.

A partner sees the lead it is offered or holds (`partner_id`), and the person only once it has accepted (`opened_to`).
"""

from sqlalchemy import Index

from services.leads.metadata import METADATA
from shared.db.columns import bigint, document, entity, identifier, instant, integer, text
from shared.db.walls import partner_wall
from shared.extensions.declaration import extensible
from shared.lifecycle import Lifecycle, move
from shared.search.declaration import searchable

_UNASSIGNED = ("new", "qualified", "routing", "unroutable")
_HELD = ("accepted", "contacted", "working")
_DETAILS = ("company", "contact", "source", "product_family", "country", "amount", "metadata")

LIFECYCLE = Lifecycle(
    (*_UNASSIGNED, "offered", *_HELD, "converted", "disqualified"),
    move("qualify", "new", permission="leads:approve", to="qualified", by="vendor"),
    move("route", *_UNASSIGNED, permission="leads:approve", to=("offered", "unroutable"), by="vendor"),
    move("offer", *_UNASSIGNED, permission="leads:approve", to="offered", by="vendor"),
    move("recall", "offered", *_HELD, permission="leads:approve", to="routing", by="vendor"),
    move("accept", "offered", permission="leads:write", to="accepted", by="partner"),
    move("decline", "offered", permission="leads:write", to=("routing", "offered", "unroutable"), by="partner"),
    move("contact", *_HELD, permission="leads:write", to=("contacted", "working"), by="partner"),
    move("convert", *_HELD, permission="leads:write", to="converted"),
    move("disqualify", *_UNASSIGNED, *_HELD, permission="leads:write", to="disqualified"),
    editable={
        **dict.fromkeys(_UNASSIGNED, (*_DETAILS, "custom_fields", "external_references")),
        **dict.fromkeys(_HELD, ("custom_fields", "external_references")),
        **dict.fromkeys(("offered", "converted", "disqualified"), ("external_references",)),
    },
    vendor_fields=(*_DETAILS, "external_references"),
    # An offer lapses, a partnership ends: the lead goes on to the next partner, or to nobody.
    by_itself={
        "offered": ("routing", "offered", "unroutable"),
        **dict.fromkeys(_HELD, ("routing", "offered", "unroutable")),
        "routing": ("offered", "unroutable"),
    },
)

leads = entity(
    "leads",
    METADATA,
    identifier("owner"),
    text("source"),
    text("external_system", null=True),
    text("external_type", null=True),
    text("external_id", null=True),
    text("company_name"),
    text("company_domain", null=True),
    text("company_country", null=True),
    text("company_tax_id", null=True),
    text("product_family"),
    text("country"),
    bigint("amount", null=True),
    text("currency", null=True),
    document("metadata"),
    text("status", check=LIFECYCLE.states),
    text("reason", null=True),
    identifier("partner_id", null=True),
    identifier("offer_id", null=True),
    text("offer_status", null=True),
    instant("offer_expires_at", null=True),
    integer("hops"),
    instant("qualified_at", null=True),
    instant("accepted_at", null=True),
    instant("contacted_at", null=True),
    instant("converted_at", null=True),
    identifier("deal_id", null=True),
    Index("leads_newest", "tenant_id", "created_at", "id"),
    Index("leads_partner", "tenant_id", "partner_id", "created_at", "id"),
    Index("leads_status", "tenant_id", "status", "created_at", "id"),
    Index("leads_deal", "tenant_id", "deal_id", postgresql_where="deal_id IS NOT NULL"),
    Index(
        "leads_external",
        *("tenant_id", "owner", "external_system", "external_type", "external_id"),
        unique=True,
        postgresql_where="external_id IS NOT NULL",
    ),
    wall=partner_wall(),
)

# A lead goes from partner to partner, so what integrators write down of it stays the vendor's.
leads_attributes = extensible(leads, object="lead", metadata_of=("vendor",), references_of=("vendor",))
leads_words = searchable(leads, "company_name", "company_domain")

lead_contacts = entity(
    "lead_contacts",
    METADATA,
    identifier("opened_to", null=True),
    text("given_name", null=True, personal=True),
    text("family_name", null=True, personal=True),
    text("email", null=True, personal=True),
    text("phone", null=True, personal=True),
    wall=partner_wall("opened_to"),
)

# What the lead's row says of an assignment when there is none.
UNASSIGNED = {"partner_id": None, "offer_id": None, "offer_status": None, "offer_expires_at": None}
