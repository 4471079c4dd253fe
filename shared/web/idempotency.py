"""Idempotency keys: the first 2xx answer is stored in the transaction of its effect and given again, byte for byte."""

import hashlib
import re
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import bindparam, select

from shared.auth.principal import Caller
from shared.db.afterwards import Afterwards
from shared.db.pool import Record
from shared.db.statements import TENANT, Statement
from shared.db.tx import Tx
from shared.errors import BadRequest, Fault, IdempotencyKeyReused, SecretAlreadyShown
from shared.web.reply import Reply

KEY: Final = "^[!-~]{1,255}$"
_KEY: Final = re.compile(KEY)
KEPT: Final = timedelta(days=7)
_CONTENT_TYPE: Final = "Content-Type"
_STATEMENTS: dict[str, Statement] = {}


class IdempotencyKeyRequired(BadRequest):
    """This operation needs an Idempotency-Key, so that a repeated request cannot take effect twice."""

    code, title = "idempotency_key_required", "Idempotency-Key is required"


def checked(key: str) -> str:
    """Return a usable key; raises BadRequest for one that is empty, too long or not printable ASCII."""
    if _KEY.fullmatch(key) is None:
        raise BadRequest(errors=[Fault("Idempotency-Key", "wrong_form", "1 to 255 printable ASCII characters.")])
    return key


def fingerprint(method: str, target: str, body: bytes) -> str:
    """Return what must be equal for a request to count as the same."""
    return hashlib.blake2b(b"\0".join((method.encode(), target.encode(), body)), digest_size=24).hexdigest()


def derived(key: str, part: str) -> str:
    """Return the key of a part of a request that has this key: the same for the same part of the same request."""
    return hashlib.blake2b(f"{part}|{key}".encode(), digest_size=24).hexdigest()


def owner(caller: Caller) -> str:
    """Return whose key it is: the same key of another caller is another key."""
    return f"{caller.account_id}|{caller.client_id or ''}|{caller.partner_id or ''}"


def number(caller: Caller, *, service: str, key: str) -> int:
    """Return the number by which a transaction holds the key of a caller, so that two requests are not executed at once."""
    named = f"{service}|{caller.tenant_id}|{owner(caller)}|{key}"
    return int.from_bytes(hashlib.blake2b(named.encode(), digest_size=8).digest(), signed=True)


async def replay(tx: Tx, *, key: str, request: str, at: datetime) -> Reply | None:
    """Return the stored answer of this key, or None when the request is to be executed.

    The transaction was opened `alone` with the key's number. Raises IdempotencyKeyReused for another request, SecretAlreadyShown where
    the answer was not kept. `at` is wall time: a test tenant's clock does not age its answers.
    """
    caller = owner(tx.caller)
    row: Record | None = await tx.first(_stored(tx), caller=caller, key=key)
    if row is None or at - row["created_at"] > KEPT:
        if row is not None:
            await tx.remove(tx.database.tables.idempotency, caller=caller, key=key)
        return None
    if row["fingerprint"] != request:
        raise IdempotencyKeyReused()
    if row["body"] is None:
        raise SecretAlreadyShown()
    headers = {**row["headers"], "Idempotent-Replayed": "true"}
    return Reply(row["status"], row["body"].encode(), headers, headers.pop(_CONTENT_TYPE))


def keep(tx: Tx, *, key: str, request: str, reply: Reply, secret: bool, at: datetime) -> None:
    """Store the answer with the transaction; an answer that shows a secret is stored without its body."""
    tx.answered(
        caller=owner(tx.caller),
        key=key,
        fingerprint=request,
        status=reply.status,
        headers={**reply.headers, _CONTENT_TYPE: reply.content_type},
        body=None if secret else reply.body.decode(),
        created_at=at,
    )


async def restate(tx: Tx, *, key: str, afterwards: Afterwards) -> None:
    """Change the status and the headers of a stored answer, so that a replay repeats the one that the caller was given."""
    await tx.connection.execute(
        "UPDATE idempotency_keys SET status = $4, headers = headers || $5 WHERE tenant_id = $1 AND caller = $2 AND key = $3",
        tx.tenant_id,
        owner(tx.caller),
        key,
        afterwards.status,
        dict(afterwards.headers),
    )


def _stored(tx: Tx) -> Statement:
    found = _STATEMENTS.get(tx.database.service)
    if found is None:
        table = tx.database.tables.idempotency
        found = _STATEMENTS[tx.database.service] = Statement(
            select(table).where(
                table.c.tenant_id == TENANT, table.c.caller == bindparam("caller"), table.c.key == bindparam("key")
            )
        )
    return found
