"""What somebody who leaves was shown: the secrets of keys and apps, which no longer open anything."""

from typing import Any, Final

from sqlalchemy import ARRAY, DateTime, Text, any_, bindparam, func, or_, select, update

from gateway.api_keys.tables import api_keys
from gateway.credentials.tables import secrets
from gateway.oauth_clients.tables import oauth_clients
from gateway.revocations.commands import revoke
from gateway.tokens.issuer import Issuer
from shared import clock
from shared.auth.revocations import held_by
from shared.db.statements import TENANT, Statement
from shared.db.tx import Tx

_AT: Final = bindparam("at", type_=DateTime(timezone=True))
_DIGESTS: Final = bindparam("digests", type_=ARRAY(Text(collation="C")))
_LIVES: Final = or_(secrets.c.expires_at.is_(None), secrets.c.expires_at > _AT)


def _held(owners: Any) -> Statement:
    """Return the statement that finds the live secrets of keys, or of apps, that an account was shown."""
    return Statement(
        select(secrets.c.digest, secrets.c.owner_id, owners.c.partner_id)
        .join(owners, (owners.c.tenant_id == secrets.c.tenant_id) & (owners.c.id == secrets.c.owner_id))
        .where(
            secrets.c.tenant_id == TENANT,
            secrets.c.holder_id == bindparam("account"),
            _LIVES,
        )
    )


_KEYS: Final = _held(api_keys)
_APPS: Final = _held(oauth_clients)
_END: Final = Statement(
    update(secrets).where(secrets.c.tenant_id == TENANT, secrets.c.digest == any_(_DIGESTS)).values(expires_at=_AT)
)
_STILL_LIVE: Final = Statement(
    select(func.count())
    .select_from(secrets)
    .where(secrets.c.tenant_id == TENANT, secrets.c.owner_id == bindparam("owner"), _LIVES)
)


async def end_held(tx: Tx, issuer: Issuer, *, account_id: str, partner_id: str | None = None) -> None:
    """End every secret of a key or an app that an account was shown, or those of one partner, and their tokens.

    A key without another secret is revoked. An app stays, for people have let it in: somebody rotates its secret.
    """
    at = clock.now()
    async with tx.as_engine("what somebody leaves behind may belong to any partner"):
        keys = [
            row for row in await tx.all(_KEYS, account=account_id, at=at) if partner_id in (None, row["partner_id"])
        ]
        apps = [
            row for row in await tx.all(_APPS, account=account_id, at=at) if partner_id in (None, row["partner_id"])
        ]
        if not keys and not apps:
            return
        await tx.run(_END, digests=[row["digest"] for row in (*keys, *apps)], at=at)
        for key_id in sorted({row["owner_id"] for row in keys}):
            key = await tx.lock(api_keys, key_id)
            if key["status"] == "active" and not await tx.value(_STILL_LIVE, owner=key_id, at=at):
                await tx.update(api_keys, key, status="revoked")
        groups = sorted({held_by(account_id, row["partner_id"]) for row in (*keys, *apps)})
        await revoke(tx, issuer, groups)
