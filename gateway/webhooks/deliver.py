"""Sends what is queued: leases a due delivery, calls the receiver outside of any transaction, records what came of it."""

import asyncio
import random
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

import aiohttp
import orjson

from gateway.keys.sealing import Vault, purpose_of
from gateway.webhooks import rules
from gateway.webhooks.egress import Egress, ForbiddenTarget
from gateway.webhooks.tables import webhook_deliveries, webhook_endpoints, webhook_queue
from shared import clock, logs
from shared.db.pool import Database
from shared.db.tx import Tx, transaction
from shared.errors import NotFound
from shared.events.inbox import system_caller

_LOG = logs.logger("webhooks")
_AT_ONCE: Final = 20
_LEASE: Final = timedelta(seconds=60)
_TAKE: Final = """
UPDATE webhook_queue SET due_at = $2 WHERE (tenant_id, delivery_id) IN (
  SELECT tenant_id, delivery_id FROM webhook_queue WHERE due_at <= $1 ORDER BY due_at LIMIT $3 FOR UPDATE SKIP LOCKED)
RETURNING tenant_id, delivery_id, mode
"""


class Deliverer:
    """The sending side of webhooks; several may run at once."""

    def __init__(self, database: Database, *, vault: Vault, egress: Egress) -> None:
        self._database, self._vault, self._egress = database, vault, egress

    async def run(self) -> None:
        """Send until cancelled."""
        try:
            while True:
                try:
                    busy = await self.step() > 0
                except Exception as error:
                    _LOG.warning("webhooks wait", error=repr(error)[:300])
                    busy = False
                await asyncio.sleep(0 if busy else 0.5)
        finally:
            await self._egress.close()

    async def step(self) -> int:
        """Send what is due now and return how many deliveries that was."""
        now = clock.now()
        async with self._database.as_worker(writes=True) as connection:
            leased = await connection.fetch(_TAKE, now, now + _LEASE, _AT_ONCE)
        await asyncio.gather(*(self._send(row) for row in leased))
        return len(leased)

    async def _send(self, leased: Mapping[str, Any]) -> None:
        async with self._transaction(leased) as tx:
            try:
                delivery = await tx.fetch(webhook_deliveries, leased["delivery_id"])
                endpoint = await tx.fetch(webhook_endpoints, delivery["endpoint_id"])
            except NotFound:
                await tx.remove(webhook_queue, delivery_id=leased["delivery_id"])
                return
            if endpoint["status"] == "disabled":
                await self._fail(tx, delivery, error="the endpoint is disabled")
                return
        status, error = await self._post(delivery, endpoint)
        async with self._transaction(leased) as tx:
            await self._record(tx, leased["delivery_id"], endpoint["id"], status=status, error=error)

    async def _post(self, delivery: Mapping[str, Any], endpoint: Mapping[str, Any]) -> tuple[int | None, str | None]:
        now = clock.now()
        body, timestamp = orjson.dumps(delivery["payload"]), int(now.timestamp())
        purpose = purpose_of(webhook_endpoints.c.sealed_secret, endpoint)
        secrets = [self._vault.unseal(endpoint["sealed_secret"], purpose=purpose)]
        if endpoint["sealed_old_secret"] is not None and endpoint["old_secret_until"] > now:
            secrets.append(self._vault.unseal(endpoint["sealed_old_secret"], purpose=purpose))
        headers = {
            "content-type": "application/json",
            "user-agent": "PRM-Webhooks/1.0",
            "webhook-id": delivery["event_id"],
            "webhook-timestamp": str(timestamp),
            "webhook-signature": rules.signature(
                message_id=delivery["event_id"], timestamp=timestamp, body=body, secrets=secrets
            ),
        }
        try:
            return await self._egress.post(endpoint["url"], body=body, headers=headers), None
        except ForbiddenTarget as refused:
            return None, str(refused)
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as failed:
            # ValueError: an address that cannot be read is its owner's trouble, and holds nobody else's deliveries up.
            return None, type(failed).__name__

    async def _record(
        self, tx: Tx, delivery_id: str, endpoint_id: str, *, status: int | None, error: str | None
    ) -> None:
        endpoint = await tx.lock(webhook_endpoints, endpoint_id)
        delivery = await tx.lock(webhook_deliveries, delivery_id)
        now, attempts = clock.now(), delivery["attempts"] + 1
        facts: dict[str, Any] = {"attempts": attempts, "response_status": status, "error": error}
        if rules.succeeded(status):
            await tx.remove(webhook_queue, delivery_id=delivery_id)
            await tx.update(
                webhook_deliveries, delivery, **facts, status="succeeded", next_attempt_at=None, finished_at=now
            )
            if endpoint["failing_since"] is not None:
                await tx.update(webhook_endpoints, endpoint, failing_since=None)
            return
        since = endpoint["failing_since"] or now
        first_at = delivery["restarted_at"] or delivery["created_at"]
        again = rules.next_attempt(attempts=attempts, first_at=first_at, now=now, chance=random.random())
        gone = status == 410 or now - since >= rules.GIVE_UP_AFTER
        if gone or again is None or endpoint["status"] == "disabled":
            await self._fail(tx, delivery, **facts)
        else:
            await tx.put(webhook_queue, delivery_id=delivery_id, mode=tx.caller.mode, due_at=again)
            await tx.update(webhook_deliveries, delivery, **facts, next_attempt_at=again)
        if endpoint["failing_since"] is None or gone:
            await tx.update(
                webhook_endpoints, endpoint, failing_since=since, status="disabled" if gone else endpoint["status"]
            )

    async def _fail(self, tx: Tx, delivery: Mapping[str, Any], **facts: Any) -> None:
        """Give a delivery up, until somebody asks for it to be sent again."""
        await tx.remove(webhook_queue, delivery_id=delivery["id"])
        ended = {"status": "failed", "next_attempt_at": None, "finished_at": clock.now()}
        await tx.update(webhook_deliveries, delivery, **facts, **ended)

    def _transaction(self, leased: Mapping[str, Any]) -> Any:
        return transaction(
            self._database,
            caller=system_caller(leased["tenant_id"], mode=leased["mode"]),
            viewer="*",
            now=clock.now(),
            action="deliver webhook",
            engine=True,
        )
