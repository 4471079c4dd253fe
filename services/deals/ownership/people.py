"""Who is somebody of a partner, as the gateway knows it: asked when a deal is given, so that nobody gets it who has left."""

from typing import Final
from urllib.parse import urlencode

from services.deals.ownership.rules import Member
from shared.db.tx import Tx
from shared.errors import Unavailable

_WRITES: Final = "deals:write"


async def member_of(tx: Tx, named: str, *, partner_id: str) -> Member | None:
    """Return somebody of a partner by the id of the account or of the person, or None where nobody of it has that id."""
    query = urlencode({"tenant": tx.tenant_id, "partner": partner_id, "member": named, "permission": _WRITES})
    answer = await tx.database.peers["gateway"].get("/internal/members", query=query)
    if answer.status == 404:
        return None
    if answer.status != 200:
        raise Unavailable("The account cannot be looked up right now.")
    told = answer.json()
    return Member(told["account_id"], is_active=told["is_active"], writes_deals=told["reach"] is not None)
