"""Whether somebody who started an operation still has the access it was started with; the gateway knows."""

from collections.abc import Awaitable, Callable
from urllib.parse import urlencode

from shared.errors import Unavailable
from shared.operations.callers import Starter
from shared.web.peer import Peer


def standing_at(gateway: Peer | None) -> Callable[[Starter], Awaitable[bool]]:
    """Return what asks the gateway; a service that knows of no gateway takes everybody's access for lasting."""

    async def stands(starter: Starter) -> bool:
        if gateway is None:
            return True
        caller = starter.caller
        known = {
            "tenant": caller.tenant_id,
            "account": caller.account_id,
            "session": caller.session_id,
            "client": caller.client_id,
            "partner": caller.partner_id,
            "holder": caller.holder_id,
        }
        query = urlencode({name: value for name, value in known.items() if value is not None})
        answer = await gateway.get("/internal/standing", query=query)
        if answer.status != 200:
            raise Unavailable()
        return bool(answer.json()["stands"])

    return stands
