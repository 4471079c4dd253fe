"""Whether there is such a partner, and how it stands; one not heard of yet is read from its owner once."""

from gateway.accounts.queries import standing_of
from gateway.accounts.rules import Standing
from gateway.accounts.tables import partner_standings
from shared.db.tx import Tx
from shared.errors import Fault, Invalid, Unavailable


async def require_partner(tx: Tx, partner_id: str) -> Standing:
    """Return how a partner of the tenant stands; raises Invalid at /partner_id when there is none, or it was terminated."""
    async with tx.as_engine("a partner not heard of yet is read from its owner"):
        known = await standing_of(tx, partner_id)
        if known is None:
            known = await _told_by_owner(tx, partner_id)
    if known is None or known.status == "terminated":
        raise Invalid(errors=[Fault("/partner_id", "unknown_partner", "There is no such partner.")])
    return known


async def _told_by_owner(tx: Tx, partner_id: str) -> Standing | None:
    answer = await tx.database.peers["partners"].get(
        "/internal/partners", query=f"tenant={tx.tenant_id}&id={partner_id}"
    )
    if answer.status == 404:
        return None
    if answer.status != 200:
        raise Unavailable("The partner cannot be looked up right now.")
    found = answer.json()
    standing = Standing(str(found["data"]["status"]), found["version"])
    await tx.project(partner_standings, partner_id=partner_id, status=standing.status, version=standing.version)
    return standing
