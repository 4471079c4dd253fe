"""Storing, spending and ending secrets; setting passwords. Each stores hashes only, and gives out the secret once."""

from datetime import timedelta
from typing import Final

from sqlalchemy import DateTime, and_, bindparam, delete, or_, select, update

from gateway.credentials.hashing import digest_of, new_secret
from gateway.credentials.tables import passwords, secrets
from shared import clock
from shared.db.statements import TENANT, Statement
from shared.db.tx import Tx
from shared.errors import AlreadyExists

_WHEN: Final = bindparam("when", type_=DateTime(timezone=True))
_SPEND: Final = Statement(
    update(secrets)
    .where(
        secrets.c.tenant_id == TENANT,
        secrets.c.digest == bindparam("spent_digest"),
        secrets.c.spent_at.is_(None),
        or_(secrets.c.expires_at.is_(None), secrets.c.expires_at > _WHEN),
    )
    .values(spent_at=_WHEN)
    .returning(secrets.c.owner_id)
)
_END_ALL: Final = Statement(
    update(secrets)
    .where(
        secrets.c.tenant_id == TENANT,
        secrets.c.owner_id == bindparam("owner"),
        secrets.c.spent_at.is_(None),
        or_(secrets.c.expires_at.is_(None), secrets.c.expires_at > bindparam("later", type_=DateTime(timezone=True))),
    )
    .values(expires_at=bindparam("later", type_=DateTime(timezone=True)))
)
_EXPIRED: Final = Statement(
    delete(secrets).where(
        secrets.c.tenant_id == TENANT,
        secrets.c.owner_id == bindparam("owner"),
        secrets.c.expires_at < bindparam("before", type_=DateTime(timezone=True)),
    )
)
_SET_PASSWORD: Final = Statement(
    update(passwords)
    .where(passwords.c.tenant_id == TENANT, passwords.c.account_id == bindparam("account"))
    .values(hash=bindparam("new_hash"), changed_at=_WHEN)
)
_HASH: Final = Statement(
    select(passwords.c.hash).where(passwords.c.tenant_id == TENANT, passwords.c.account_id == bindparam("account"))
)
_HOLDER: Final = Statement(
    select(passwords.c.account_id).where(and_(passwords.c.tenant_id == TENANT, passwords.c.email == bindparam("email")))
)


class EmailInUse(AlreadyExists):
    """Another account of this tenant has this mail address."""

    code, title = "email_in_use", "Mail address in use"


async def issue(
    tx: Tx,
    *,
    kind: str,
    owner_id: str,
    lives: timedelta | None,
    prefix: str = "",
    public: str = "",
    holder_id: str | None = None,
    secret: str | None = None,
) -> str:
    """Store a secret of an owner, new unless given, and return it, the only time it is known; `public` comes with it.

    `holder_id` is the person it is shown to, who answers for what is done with it.
    """
    secret = secret or new_secret(prefix)
    now = clock.now()
    async with tx.as_engine("no request sees stored secrets"):
        await tx.add(
            secrets,
            digest=digest_of(public + secret),
            kind=kind,
            owner_id=owner_id,
            issued_at=now,
            expires_at=now + lives if lives else None,
            spent_at=None,
            holder_id=holder_id,
        )
    return secret


async def spend(tx: Tx, digest: str) -> bool:
    """Use up a single-use secret; of any number of attempts at once, exactly one is told True."""
    async with tx.as_engine("no request sees stored secrets"):
        return await tx.value(_SPEND, spent_digest=digest, when=clock.now()) is not None


async def end_all(tx: Tx, *, owner_id: str, after: timedelta = timedelta()) -> None:
    """Let every secret of an owner expire after a while, or now; those that expire sooner stay as they are."""
    async with tx.as_engine("no request sees stored secrets"):
        await tx.run(_END_ALL, owner=owner_id, later=clock.now() + after)


async def forget_expired(tx: Tx, *, owner_id: str, before: timedelta) -> None:
    """Delete an owner's secrets that expired longer ago than this."""
    async with tx.as_engine("no request sees stored secrets"):
        await tx.run(_EXPIRED, owner=owner_id, before=clock.now() - before)


async def reserve_email(tx: Tx, *, account_id: str, email: str, password_hash: str | None = None) -> None:
    """Give an account its mail address; raises EmailInUse when another account of the tenant has it."""
    async with tx.as_engine("an address is unique in the whole tenant"):
        added = await tx.add(passwords, account_id=account_id, email=email, hash=password_hash, changed_at=clock.now())
    if added is None:
        raise EmailInUse()


async def account_with(tx: Tx, *, email: str) -> str | None:
    """Return the account of the tenant that has a mail address."""
    async with tx.as_engine("an address is unique in the whole tenant"):
        found: str | None = await tx.value(_HOLDER, email=email)
    return found


async def set_password(tx: Tx, *, account_id: str, password_hash: str | None) -> None:
    """Replace the password of an account; None takes it away."""
    async with tx.as_engine("no request sees stored secrets"):
        await tx.run(_SET_PASSWORD, account=account_id, new_hash=password_hash, when=clock.now())


async def password_of(tx: Tx, *, account_id: str) -> str | None:
    """Return the hash of an account's password, None when it has none yet."""
    async with tx.as_engine("no request sees stored secrets"):
        stored: str | None = await tx.value(_HASH, account=account_id)
    return stored
