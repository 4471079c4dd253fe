"""Versions of the vendor's screening policy."""

from sqlalchemy import Index, UniqueConstraint

from services.partners.metadata import METADATA
from shared.db.columns import document, entity, flag, identifier, instant, integer, text
from shared.db.walls import vendor_wall
from shared.lifecycle import Lifecycle, move

_PARTS = ("name", "auto_approve", "default", "rules", "denied_parties", "competitor_domains")
LIFECYCLE = Lifecycle(
    ("draft", "published", "superseded"),
    move("publish", "draft", permission="screening-policies:approve", to="published", by="vendor"),
    editable={"draft": _PARTS},
    vendor_fields=_PARTS,
    by_itself={"published": ("superseded",)},
)

screening_policies = entity(
    "screening_policies",
    METADATA,
    text("name"),
    text("status", check=LIFECYCLE.states),
    integer("policy_version", null=True),
    flag("auto_approve"),
    text("default_outcome", check=("pass", "refer", "fail")),
    document("rules"),
    document("denied_parties"),
    document("competitor_domains"),
    instant("published_at", null=True),
    identifier("published_by", null=True),
    # Two who publish at once draw one number; the later of them is refused.
    UniqueConstraint("tenant_id", "policy_version"),
    Index("screening_policies_newest", "tenant_id", "created_at", "id"),
    wall=vendor_wall(),
)
Index(
    "screening_policies_one_published",
    screening_policies.c.tenant_id,
    unique=True,
    postgresql_where=screening_policies.c.status == "published",
)
