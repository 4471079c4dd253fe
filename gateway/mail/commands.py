"""Sending: the mail is stored with the transaction that asks for it, so a rollback sends nothing."""

from gateway.mail.tables import outgoing_mails
from shared.db.tx import Tx


async def send(tx: Tx, *, recipient: str, purpose: str, subject: str, body: str) -> None:
    """Put a mail into the tenant's outgoing mail."""
    async with tx.as_engine("no request reads outgoing mail"):
        await tx.add(
            outgoing_mails,
            id=tx.new_id("mail"),
            recipient=recipient,
            purpose=purpose,
            subject=subject,
            body=body,
            created_at=tx.now,
        )
