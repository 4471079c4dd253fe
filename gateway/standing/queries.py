"""What has ended of somebody's access since it was used."""

from typing import Final

from sqlalchemy import ARRAY, DateTime, Text, all_, any_, bindparam, exists, or_, select

from gateway.accounts.tables import accounts, memberships, partner_standings
from gateway.api_keys.tables import api_keys
from gateway.oauth_clients.tables import oauth_clients
from gateway.sessions.tables import sessions
from shared.db.statements import TENANT, Statement

# Whoever leaves, or goes on for another partner, has done nothing that would take back what was begun.
_LEFT: Final = ("signed_out", "switched", "entered_again", "live_session_ended")
_PEOPLE: Final = any_(bindparam("people", type_=ARRAY(Text(collation="C"))))
_PARTNER: Final = bindparam("partner", type_=Text(collation="C"))
_CLIENT: Final = bindparam("client", type_=Text(collation="C"))

ENDED: Final = Statement(
    select(
        or_(
            exists().where(
                accounts.c.tenant_id == TENANT, accounts.c.id == _PEOPLE, accounts.c.status == "deactivated"
            ),
            exists().where(
                memberships.c.tenant_id == TENANT,
                memberships.c.account_id == _PEOPLE,
                memberships.c.partner_id == _PARTNER,
                memberships.c.status == "deactivated",
            ),
            exists().where(
                partner_standings.c.tenant_id == TENANT,
                partner_standings.c.partner_id == _PARTNER,
                partner_standings.c.status == any_(bindparam("shut", ["suspended", "terminated"], type_=ARRAY(Text))),
            ),
            exists().where(
                sessions.c.tenant_id == TENANT,
                sessions.c.id == bindparam("session", type_=Text(collation="C")),
                sessions.c.status == "ended",
                sessions.c.end_reason != all_(bindparam("left", list(_LEFT), type_=ARRAY(Text))),
            ),
            exists().where(
                api_keys.c.tenant_id == TENANT,
                api_keys.c.id == _CLIENT,
                or_(
                    api_keys.c.status == "revoked",
                    api_keys.c.expires_at <= bindparam("at", type_=DateTime(timezone=True)),
                ),
            ),
            exists().where(
                oauth_clients.c.tenant_id == TENANT, oauth_clients.c.id == _CLIENT, oauth_clients.c.status == "revoked"
            ),
        ).label("ended")
    )
)
"""Whether anything that the access rested on has ended: an account, a place at a partner, a session, a key, an app."""
