"""In whose names a quote is issued; kept with it, so that it says the same after either has changed its name."""

from urllib.parse import urlencode

from shared.db.tx import Tx
from shared.errors import Unavailable


async def vendor_name(tx: Tx) -> str:
    """Return what the vendor calls itself today; raises Unavailable."""
    answer = await tx.database.peers["gateway"].get("/internal/tenants", query=urlencode({"tenant": tx.tenant_id}))
    if answer.status != 200:
        raise Unavailable("The vendor's name cannot be looked up right now.")
    return str(answer.json()["name"])
