"""Places in the teams that look after partners."""

from typing import Final

from sqlalchemy import CheckConstraint, Index, func
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import ExcludeConstraint

from services.partners.metadata import METADATA
from shared.db.columns import day, entity, identifier, text
from shared.db.walls import partner_wall
from shared.lifecycle import Lifecycle, move

ROLES: Final = ("owner", "channel_manager", "sales", "technical", "marketing", "finance", "support")
OPEN: Final = ("scheduled", "active", "vacant")
_FIELDS: Final = ("role", "backup_account_id", "effective_to")
LIFECYCLE: Final = Lifecycle(
    ("scheduled", "active", "vacant", "ended"),
    move("end", *OPEN, permission="account-teams:write", to="ended", by="vendor"),
    editable={"scheduled": (*_FIELDS, "effective_from"), "active": _FIELDS},
    vendor_fields=(*_FIELDS, "effective_from"),
    initial=("scheduled", "active"),
    by_itself={"scheduled": ("active", "vacant"), "active": ("ended", "vacant"), "vacant": ("ended",)},
)

account_teams = entity(
    "account_teams",
    METADATA,
    identifier("partner_id"),
    identifier("account_id"),
    text("role", check=ROLES),
    identifier("backup_account_id", null=True),
    # The days of the place, half-open; one that was taken back before it began has none.
    day("effective_from"),
    day("effective_to", null=True),
    text("status", check=LIFECYCLE.states),
    # How a partner gets in touch, as the account has it.
    text("given_name", personal=True),
    text("family_name", personal=True),
    text("email", personal=True),
    CheckConstraint("effective_to >= effective_from"),
    Index("account_teams_newest", "tenant_id", "created_at", "id"),
    Index("account_teams_partner", "tenant_id", "partner_id", "created_at", "id"),
    Index("account_teams_account", "tenant_id", "account_id", "created_at", "id"),
    Index("account_teams_status", "tenant_id", "status", "created_at", "id"),
    Index("account_teams_role", "tenant_id", "role", "created_at", "id"),
    wall=partner_wall(),
)
_DAYS = func.daterange(account_teams.c.effective_from, account_teams.c.effective_to)
account_teams.append_constraint(
    ExcludeConstraint(
        (account_teams.c.tenant_id, "="),
        (account_teams.c.partner_id, "="),
        (account_teams.c.account_id, "="),
        (_DAYS, "&&"),
        name="account_teams_once",
        using="gist",
    )
)
account_teams.append_constraint(
    ExcludeConstraint(
        (account_teams.c.tenant_id, "="),
        (account_teams.c.partner_id, "="),
        (_DAYS, "&&"),
        where=sql("role = 'owner'"),
        name="account_teams_one_owner",
        using="gist",
    )
)
