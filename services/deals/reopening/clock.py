"""The clock of a protection whose deal is decided again: it stands, and does not run while the vendor owes the decision."""

from typing import Final

from services.deals.protection import commands as protection
from services.deals.protection.pauses import closed, is_open, opened
from services.deals.protection.queries import claim_of, pauses_over
from shared.db.pool import Record
from shared.db.resource import Row
from shared.db.tx import Tx

REVIEW: Final = "review"
"""The cause of the pause while the vendor owes a decision about what has changed."""


async def kept_claim(tx: Tx, deal: Row, *, customer_id: str) -> Record | None:
    """Return the claim that goes on protecting a deal that is submitted again, None where it has none or asks for another."""
    if deal["protected_from"] is None:
        return None
    claim = await claim_of(tx, deal["id"])
    if claim is None or not protection.protects(claim, tx):
        return None
    held = (claim["customer_id"], claim["product_family"], claim["asked_territories"])
    return claim if held == (customer_id, deal["product_family"], deal["territories"]) else None


async def hold(tx: Tx, claim: Record) -> Record:
    """Let the clock of a protecting claim stand still from now on; it protects without an end for the time being."""
    if is_open(claim["pauses"], REVIEW):
        return claim
    return await protection.restand(tx, claim, pauses=opened(claim["pauses"], REVIEW, at=tx.now))


async def let_run(tx: Tx, claim: Record) -> Record:
    """Let the clock of a protecting claim run on, and its time be told of: that in which it was held is added to the protection."""
    if not is_open(claim["pauses"], REVIEW):
        await protection.look_again(tx, claim, await pauses_over(tx, claim))
        return claim
    return await protection.restand(tx, claim, pauses=closed(claim["pauses"], REVIEW, at=tx.now))
