"""Operations that were started, and what became of them."""

from typing import Any

from shared.auth.principal import Caller
from shared.db.tx import transaction
from shared.operations.commands import begin
from tests.system import Client


def caller_of(client: Client, *, scope: str = "*:*") -> Caller:
    """A client as the services see it."""
    return Caller(
        kind="partner" if client.partner_id else "vendor",
        tenant_id=client.tenant.id,
        account_id=client.account_id,
        partner_id=client.partner_id,
        scope=scope,
        mode="test",
    )


async def queued(client: Client, *, service: str, kind: str = "rest") -> str:
    """An operation of a client's that waits in a service, of a kind that nobody works at; returns its id."""
    tenant, caller = client.tenant, caller_of(client)
    async with transaction(
        tenant.system.apps[service].state.database,
        caller=caller,
        viewer=client.partner_id or "*",
        now=tenant.now(),
        action="test",
    ) as tx:
        row = await begin(tx, kind=kind, total=3, unit="rows")
    return str(row["id"])


async def ended(client: Client, operation_id: str) -> dict[str, Any]:
    """An operation when everything has settled; it has to have ended."""
    await client.tenant.system.settle()
    shown = (await client.get(f"/v1/operations/{operation_id}")).json
    assert shown["status"] in ("succeeded", "failed", "cancelled"), shown
    return dict(shown)
