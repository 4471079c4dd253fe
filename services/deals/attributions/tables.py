"""Attributions: the shares of partners in deals. All of a deal and kind of credit change together, under the deal's lock."""

from typing import Final

from sqlalchemy import CheckConstraint, Index, func
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import ExcludeConstraint

from services.deals.attributions.models import WEIGHTS
from services.deals.attributions.rules import CREDIT_TYPES, ROLES
from services.deals.metadata import METADATA
from shared.db.columns import day, entity, identifier, instant, integer, text
from shared.db.walls import partner_wall
from shared.lifecycle import Lifecycle, move
from shared.values.basis_points import WHOLE

MANUAL: Final = "manual"
SOLUTION: Final = "solution"
MODELS: Final = (MANUAL, *WEIGHTS, SOLUTION)
_PARTS: Final = ("role", "basis_points", "effective_from", "effective_to")
LIFECYCLE: Final = Lifecycle(
    ("candidate", "locked", "amended"),
    move("lock", "candidate", permission="attributions:approve", to="locked", by="vendor"),
    move("amend", "locked", permission="attributions:approve", to=("locked", "amended"), by="vendor"),
    editable={"candidate": _PARTS},
    vendor_fields=_PARTS,
)

attributions = entity(
    "attributions",
    METADATA,
    identifier("deal_id"),
    identifier("partner_id"),
    text("role", check=ROLES),
    text("credit_type", check=CREDIT_TYPES),
    integer("basis_points"),
    text("model", check=MODELS),
    text("status", check=LIFECYCLE.states),
    day("effective_from", null=True),
    day("effective_to", null=True),
    # How many splits of this deal and kind of credit were locked up to this one; 0 before.
    integer("split_version"),
    instant("locked_at", null=True),
    identifier("locked_by", null=True),
    text("reason", null=True),
    CheckConstraint(f"basis_points BETWEEN 1 AND {WHOLE}"),
    CheckConstraint("effective_to > effective_from"),
    Index("attributions_newest", "tenant_id", "created_at", "id"),
    Index("attributions_deal", "tenant_id", "deal_id", "created_at", "id"),
    Index("attributions_partner", "tenant_id", "partner_id", "created_at", "id"),
    Index("attributions_status", "tenant_id", "status", "created_at", "id"),
    wall=partner_wall(),
)
attributions.append_constraint(
    ExcludeConstraint(
        (attributions.c.tenant_id, "="),
        (attributions.c.deal_id, "="),
        (attributions.c.credit_type, "="),
        (attributions.c.partner_id, "="),
        (func.daterange(attributions.c.effective_from, attributions.c.effective_to), "&&"),
        where=sql("status <> 'amended'"),
        name="attributions_once",
        using="gist",
    )
)
