"""Writes of webhooks."""

import base64
import os
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select

from gateway.keys.sealing import Vault, purpose_of
from gateway.webhooks import rules
from gateway.webhooks.tables import webhook_deliveries, webhook_endpoints, webhook_queue
from shared import clock
from shared.auth.principal import Caller
from shared.auth.sides import whole_tenant_only
from shared.db.statements import TENANT, Statement
from shared.db.tx import Tx, require_version
from shared.errors import Fault, Invalid
from shared.events.catalog import public_events
from shared.events.envelope import Envelope

_MAX_ENDPOINTS = 50
_COUNT = Statement(
    select(webhook_endpoints.c.id)
    .where(webhook_endpoints.c.tenant_id == TENANT, webhook_endpoints.c.owner == bindparam("owner"))
    .limit(_MAX_ENDPOINTS)
)
_ENABLED = Statement(
    select(webhook_endpoints).where(
        webhook_endpoints.c.tenant_id == TENANT, webhook_endpoints.c.status == bindparam("wanted_status")
    )
)

Row = Mapping[str, Any]


class TooManyEndpoints(Invalid):
    """There are as many webhook endpoints as allowed."""

    code, title = "too_many_webhook_endpoints", "Too many endpoints"


async def create(
    tx: Tx, *, url: str, description: str | None, types: list[str], caller: Caller, vault: Vault
) -> tuple[Row, str]:
    """Return a new endpoint of the caller's side, and its secret, which nobody can read again."""
    _require_known(types)
    owner = caller.partner_id or "vendor"
    if caller.partner_id is None:
        whole_tenant_only(tx.viewer)
    if len(await tx.all(_COUNT, owner=owner)) >= _MAX_ENDPOINTS:
        raise TooManyEndpoints()
    endpoint_id, secret = tx.new_id("whe"), os.urandom(32)
    row = await tx.insert(
        webhook_endpoints,
        id=endpoint_id,
        owner=owner,
        url=url,
        description=description,
        types=types,
        status="enabled",
        sealed_secret=vault.seal(secret, purpose=_purpose(endpoint_id)),
        sealed_old_secret=None,
        old_secret_until=None,
        failing_since=None,
    )
    return row, _shown(secret)


async def change(tx: Tx, *, endpoint_id: str, version: int | None, changes: dict[str, Any]) -> Row:
    """Change an endpoint; enabling it forgets its failures."""
    _require_known(changes.get("types", []))
    row = await tx.lock(webhook_endpoints, endpoint_id)
    require_version(row, version)
    if changes.get("status") == "enabled":
        changes = {**changes, "failing_since": None}
    return await tx.update(webhook_endpoints, row, **changes)


def _require_known(types: list[str]) -> None:
    """Raise Invalid for filters that let nothing through: an endpoint that is never called looks like one that works."""
    wrong = rules.unknown(types, public_events())
    if wrong:
        raise Invalid(
            errors=[Fault(f"/types/{place}", "unknown_event_type", "No event is called so.") for place in wrong]
        )


async def rotate_secret(tx: Tx, *, endpoint_id: str, version: int | None, vault: Vault) -> tuple[Row, str]:
    """Replace the secret; deliveries carry signatures of both for a day."""
    row = await tx.lock(webhook_endpoints, endpoint_id)
    require_version(row, version)
    secret = os.urandom(32)
    changed = await tx.update(
        webhook_endpoints,
        row,
        sealed_secret=vault.seal(secret, purpose=_purpose(endpoint_id)),
        sealed_old_secret=row["sealed_secret"],
        old_secret_until=tx.now + rules.ROTATION_OVERLAP,
    )
    return changed, _shown(secret)


async def send_test(tx: Tx, *, endpoint_id: str) -> Row:
    """Queue a test event for one endpoint, whatever its filters."""
    endpoint = await tx.fetch(webhook_endpoints, endpoint_id)
    payload = _payload(event_id=tx.new_id("evt"), kind="webhook.test.v1", time=tx.now.isoformat(), subject=endpoint)
    return await queue(tx, endpoint, payload)


async def retry(tx: Tx, *, delivery_id: str, version: int | None) -> Row:
    """Send a delivery again at once, whatever became of it."""
    row = await tx.lock(webhook_deliveries, delivery_id)
    require_version(row, version)
    return await send_again(tx, row)


async def send_again(tx: Tx, delivery: Row) -> Row:
    """Queue a delivery as if it had not been tried: the same event, with all the time there is to receive it."""
    now = clock.now()
    await tx.put(webhook_queue, delivery_id=delivery["id"], mode=tx.caller.mode, due_at=now)
    return await tx.update(
        webhook_deliveries,
        delivery,
        status="pending",
        attempts=0,
        next_attempt_at=now,
        finished_at=None,
        error=None,
        restarted_at=now,
    )


async def enqueue(tx: Tx, envelope: Envelope) -> None:
    """Queue a public event for every enabled endpoint whose owner may know of it and whose filters want it."""
    payload = payload_of_event(
        event_id=envelope.id,
        kind=envelope.type,
        time=envelope.time,
        subject=envelope.subject,
        version=envelope.subject_version,
        facts=envelope.data,
    )
    for endpoint in await tx.all(_ENABLED, wanted_status="enabled"):
        knows = endpoint["owner"] == "vendor" or endpoint["owner"] in envelope.audience
        if knows and rules.wants(envelope.type, endpoint["types"]):
            await queue(tx, endpoint, payload)


async def queue(tx: Tx, endpoint: Row, payload: dict[str, Any]) -> Row:
    """Queue a new delivery of an event to an endpoint, due at once."""
    # Retries go by the wall clock, whatever the tenant's own clock says.
    delivery_id, now = tx.new_id("whd"), clock.now()
    await tx.put(webhook_queue, delivery_id=delivery_id, mode=tx.caller.mode, due_at=now)
    return await tx.insert(
        webhook_deliveries,
        id=delivery_id,
        owner=endpoint["owner"],
        endpoint_id=endpoint["id"],
        event_id=payload["id"],
        type=payload["type"],
        status="pending",
        payload=payload,
        attempts=0,
        next_attempt_at=now,
        response_status=None,
        error=None,
        finished_at=None,
        restarted_at=None,
    )


def payload_of_event(
    *, event_id: str, kind: str, time: datetime, subject: str, version: int, facts: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the body that tells an endpoint of a public event."""
    about = {"id": subject, "version": version, "status": facts.get("status")}
    return _payload(event_id=event_id, kind=kind, time=time.isoformat(), subject=about)


def _payload(*, event_id: str, kind: str, time: str, subject: Row) -> dict[str, Any]:
    """The thin body of a delivery: which object, at which version; the receiver reads the rest through the API."""
    facts = {
        "object": rules.object_of(subject["id"]),
        "id": subject["id"],
        "version": subject["version"],
        "status": subject["status"],
    }
    return {"id": event_id, "type": kind, "timestamp": time, "data": facts}


def _shown(secret: bytes) -> str:
    return f"whsec_{base64.b64encode(secret).decode()}"


def _purpose(endpoint_id: str) -> str:
    return purpose_of(webhook_endpoints.c.sealed_secret, {"id": endpoint_id})
