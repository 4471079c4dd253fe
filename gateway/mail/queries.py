"""The development mail sink: what would have been sent, for the people who run this installation."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

import asyncpg

_NEWEST: Final = """
SELECT id, tenant_id, recipient, purpose, subject, body, created_at FROM gateway.outgoing_mails
WHERE ($1::text IS NULL OR strpos(recipient, lower($1)) > 0) AND ($2::text IS NULL OR tenant_id = $2)
ORDER BY created_at DESC, id DESC LIMIT $3
"""


@dataclass(frozen=True, slots=True)
class SentMail:
    """A mail as it would have been sent."""

    id: str
    tenant_id: str
    recipient: str
    purpose: str
    subject: str
    body: str
    created_at: datetime


async def newest(url: str, *, to: str | None = None, tenant_id: str | None = None, limit: int = 100) -> list[SentMail]:
    """Return the newest mails, read over the connection of the schema's owner or an administrator.

    `to` is a part of the recipient's address.
    """
    connection = await asyncpg.connect(url)
    try:
        rows = await connection.fetch(_NEWEST, to, tenant_id, limit)
    finally:
        await connection.close()
    return [SentMail(**dict(row)) for row in rows]
