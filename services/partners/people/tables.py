"""People who act for a partner."""

from sqlalchemy import Index, UniqueConstraint

from services.partners.metadata import METADATA
from shared.db.columns import document, entity, identifier, instant, text
from shared.db.walls import partner_wall
from shared.lifecycle import Lifecycle, move
from shared.search.declaration import searchable

_FIELDS = ("given_name", "family_name", "phone", "job_title", "locale", "roles")
LIFECYCLE = Lifecycle(
    ("new", "invited", "active", "deactivated"),
    move("invite", "new", "invited", "deactivated", permission="people:write", to="invited"),
    move("deactivate", "new", "invited", "active", permission="people:write", to="deactivated"),
    # Whoever has been invited signs in by that address, so it is fixed from then on.
    editable={"new": (*_FIELDS, "email"), "invited": _FIELDS, "active": _FIELDS},
    by_itself={"invited": ("active",)},
)

people = entity(
    "people",
    METADATA,
    identifier("partner_id"),
    text("given_name", personal=True),
    text("family_name", personal=True),
    text("email", personal=True),
    text("email_key", personal=True),
    text("phone", null=True, personal=True),
    text("job_title", null=True, personal=True),
    text("locale"),
    document("roles"),
    text("status", check=LIFECYCLE.states),
    instant("invited_at", null=True),
    instant("activated_at", null=True),
    instant("deactivated_at", null=True),
    UniqueConstraint("tenant_id", "partner_id", "email_key"),
    Index("people_newest", "tenant_id", "created_at", "id"),
    Index("people_of_partner", "tenant_id", "partner_id", "created_at", "id"),
    Index("people_by_email", "tenant_id", "email"),
    wall=partner_wall(),
)
people_words = searchable(people, "given_name", "family_name", "email")
