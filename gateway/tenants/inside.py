"""Transactions of public operations: the tenant was found by a mail address, a token or a key, not by a caller."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from sqlalchemy import select

from gateway.metadata import PLUMBING
from gateway.tenants.queries import Tenant
from gateway.tenants.tables import tenants
from gateway.tokens.issuer import Issuer
from shared import clock
from shared.db.neighbour import standing_in
from shared.db.statements import TENANT, Statement
from shared.db.tx import Tx, transaction
from shared.events.inbox import system_caller

_OFFSET: Final = Statement(select(PLUMBING.clocks.c.offset_seconds).where(PLUMBING.clocks.c.tenant_id == TENANT))


@asynccontextmanager
async def inside(
    issuer: Issuer, tenant: Tenant, *, action: str, actor_id: str = "anonymous", request_id: str | None = None
) -> AsyncIterator[Tx]:
    """Open a transaction that sees the whole tenant, on the tenant's own clock, in the name of an actor."""
    async with transaction(
        issuer.database,
        caller=system_caller(tenant.id, mode=tenant.mode, actor_id=actor_id),
        viewer="*",
        now=issuer.wall(),
        action=action,
        request_id=request_id,
        engine=True,
    ) as tx:
        if tenant.mode == "test":
            tx.now = clock.business_time(await tx.value(_OFFSET) or 0, wall=tx.now)
        yield tx


@asynccontextmanager
async def in_sandbox(tx: Tx) -> AsyncIterator[Tx | None]:
    """Work in the sandbox of a tenant, inside the machinery's transaction and on the sandbox's clock; None where it has none."""
    live = await tx.fetch(tenants, tx.tenant_id)
    if live["mode"] != "live" or live["twin_id"] is None:
        yield None
        return
    async with standing_in(tx, caller=system_caller(live["twin_id"], mode="test")) as there:
        there.now = clock.business_time(await there.value(_OFFSET) or 0, wall=tx.now)
        yield there
