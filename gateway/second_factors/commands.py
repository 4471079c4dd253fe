"""Enrolling, confirming, asking for and removing second factors. A code is good once."""

from gateway.accounts.tables import accounts
from gateway.credentials import commands as credentials
from gateway.credentials import hashing
from gateway.credentials.hashing import digest_of
from gateway.credentials.rules import InvalidCredentials
from gateway.keys.sealing import Vault, purpose_of
from gateway.mail import commands as mail
from gateway.second_factors import queries, rules
from gateway.second_factors.lifecycle import LIFECYCLE
from gateway.second_factors.tables import second_factors, totp_seeds
from shared import clock
from shared.db.pool import Record
from shared.db.tx import Tx
from shared.errors import AlreadyExists, Conflict, NotFound, Unauthenticated


class SecondFactorRequired(Unauthenticated):
    """The password is right; send it again with `code`, from the authenticator app or a recovery code."""

    code, title = "second_factor_required", "A code is needed"


class SecondFactorRefused(Unauthenticated):
    """This code is wrong, too old, or was used before."""

    code, title = "second_factor_refused", "Code refused"


class SecondFactorActive(Conflict):
    """The account has a second factor that counts; remove it first."""

    code, title = "second_factor_active", "There is a second factor"


async def enrol(
    tx: Tx, vault: Vault, *, account_id: str, password: str, name: str, issuer: str
) -> tuple[Record, bytes, str]:
    """Store a second factor that does not count yet; return it, its seed, and the URI of its QR code.

    Raises InvalidCredentials for a wrong password, SecondFactorActive where one counts already.
    """
    account = await tx.fetch(accounts, account_id)
    if not await hashing.matches(password, await credentials.password_of(tx, account_id=account_id)):
        raise InvalidCredentials()
    if await tx.first(queries.ACTIVE, account=account_id) is not None:
        raise SecondFactorActive()
    for earlier in await tx.all(queries.PENDING, account=account_id):
        await forget(tx, await tx.update(second_factors, earlier, status="removed"))
    row = await tx.insert(
        second_factors,
        id=tx.new_id("fac"),
        account_id=account_id,
        kind="totp",
        name=name,
        status="pending",
        confirmed_at=None,
    )
    seed = rules.new_seed()
    sealed = vault.seal(seed, purpose=_purpose(row["id"]))
    await tx.add(totp_seeds, factor_id=row["id"], sealed=sealed, last_step=0)
    return row, seed, rules.otpauth_uri(seed, account=account["email"], issuer=issuer)


async def confirm(tx: Tx, vault: Vault, *, factor_id: str, account_id: str, code: str) -> tuple[Record, list[str]]:
    """Let a second factor count from now on, and return its recovery codes, the only time they are known.

    Raises NotFound for somebody else's, SecondFactorRefused, SecondFactorActive when another began to count meanwhile.
    """
    row = await _own(tx, factor_id, account_id=account_id)
    LIFECYCLE.require(row["status"], "confirm")
    if not await _takes(tx, vault, row, code):
        raise SecondFactorRefused()
    try:
        row = await tx.update(second_factors, row, status="active", confirmed_at=clock.now())
    except AlreadyExists as taken:
        raise SecondFactorActive() from taken
    codes = rules.recovery_codes()
    for each in codes:
        await credentials.issue(
            tx, kind="recovery_code", owner_id=factor_id, lives=None, public=f"{factor_id}:", secret=rules.typed(each)
        )
    await _tell(tx, account_id, "was added to", "A second factor was added")
    return row, codes


async def remove(tx: Tx, vault: Vault, *, factor_id: str, account_id: str, code: str) -> Record:
    """Let a second factor count no longer, against a fresh code of it; raises NotFound, SecondFactorRefused."""
    row = await _own(tx, factor_id, account_id=account_id)
    LIFECYCLE.require(row["status"], "remove")
    if not await _takes(tx, vault, row, code) and not await _recovers(tx, row, code):
        raise SecondFactorRefused()
    removed = await tx.update(second_factors, row, status="removed")
    await forget(tx, removed)
    await _tell(tx, account_id, "was removed from", "Your second factor was removed")
    return removed


async def require(tx: Tx, vault: Vault, *, account_id: str, code: str | None) -> None:
    """Ask for the second factor where the account has one; raises SecondFactorRequired, SecondFactorRefused."""
    row = await tx.first(queries.ACTIVE, account=account_id)
    if row is None:
        return
    if code is None:
        raise SecondFactorRequired()
    if not await _takes(tx, vault, row, code) and not await _recovers(tx, row, code):
        raise SecondFactorRefused()


async def forget(tx: Tx, row: Record) -> None:
    """Delete the seed and the recovery codes of a second factor that counts no longer."""
    async with tx.as_engine("no request sees seeds and codes"):
        await tx.remove(totp_seeds, factor_id=row["id"])
    await credentials.end_all(tx, owner_id=row["id"])


async def _own(tx: Tx, factor_id: str, *, account_id: str) -> Record:
    row = await tx.lock(second_factors, factor_id)
    if row["account_id"] != account_id:
        raise NotFound()
    return row


async def _takes(tx: Tx, vault: Vault, row: Record, code: str) -> bool:
    async with tx.as_engine("no request sees seeds and codes"):
        stored = await tx.one(queries.SEED, factor=row["id"])
        seed = vault.unseal(stored["sealed"], purpose=_purpose(row["id"]))
        now = rules.step_at(clock.now().timestamp())
        step = rules.step_of(rules.typed(code), seed, now=now, after=stored["last_step"])
        return step is not None and await tx.value(queries.TAKE_STEP, factor=row["id"], step=step) is not None


async def _recovers(tx: Tx, row: Record, code: str) -> bool:
    return await credentials.spend(tx, digest_of(f"{row['id']}:{rules.typed(code)}"))


async def _tell(tx: Tx, account_id: str, what: str, subject: str) -> None:
    account = await tx.fetch(accounts, account_id)
    body = f"Hello {account['given_name']},\n\na second factor {what} your account. If that was not you, reset your password.\n"
    await mail.send(tx, recipient=account["email"], purpose="second_factor", subject=subject, body=body)


def _purpose(factor_id: str) -> str:
    return purpose_of(totp_seeds.c.sealed, {"factor_id": factor_id})
