"""What happens to account teams by themselves: days come, and people leave."""

from collections.abc import Mapping
from typing import Any

from services.partners.account_teams.commands import day_has_come
from services.partners.account_teams.handing_over import keep_contact, leave
from services.partners.staff.commands import refresh
from shared.db.tx import Tx
from shared.events.catalog.gateway import AccountState
from shared.events.envelope import Envelope


async def day_comes(tx: Tx, subject: str, arguments: Mapping[str, Any]) -> None:
    """Begin and end the places of an account on their days."""
    await day_has_come(tx, subject)


async def account_changed(tx: Tx, event: AccountState, envelope: Envelope) -> None:
    """Keep a member of the vendor's staff as the gateway has it by now; the places of whoever has left go to others."""
    if event.kind != "vendor":
        return
    told = await refresh(tx, event.account_id)
    if told is None:
        return
    if told.has_left:
        await leave(tx, event.account_id)
    else:
        await keep_contact(tx, told)
