"""`webhook-endpoints` and `webhook-deliveries`."""

from typing import Any

from gateway.keys.sealing import Vault
from gateway.webhooks import commands
from gateway.webhooks.queries import DELIVERIES, ENDPOINTS
from gateway.webhooks.schemas import DeliveryOut, EndpointIn, EndpointOut, EndpointPatch, EndpointWithSecretOut
from shared.auth.principal import Caller
from shared.web.conditional import etag
from shared.web.params import Principal, Tx, Version
from shared.web.reply import Reply
from shared.web.router import Router


def routers(vault: Vault) -> list[Router]:
    """Return the routers of webhooks; secrets are sealed in the vault."""
    endpoints, deliveries = Router("webhook-endpoints"), Router("webhook-deliveries")
    write = "webhook-endpoints:write"
    endpoints.lists(ENDPOINTS, EndpointOut, summary="Webhook endpoints of the caller's side, newest first.")
    endpoints.reads(ENDPOINTS, EndpointOut, summary="One webhook endpoint.")
    deliveries.lists(
        DELIVERIES, DeliveryOut, summary="Deliveries, newest first: the log of what was sent and answered."
    )
    deliveries.reads(DELIVERIES, DeliveryOut, summary="One delivery.")

    @endpoints.post(permission=write, out=EndpointWithSecretOut, returns=ENDPOINTS, status=201, secret=True)
    async def create_webhook_endpoint(body: EndpointIn, tx: Tx, caller: Principal) -> Reply:
        """Add an endpoint; the answer shows its secret, once."""
        row, secret = await commands.create(
            tx, url=body.url, description=body.description, types=body.types, caller=caller, vault=vault
        )
        return _with_secret(row, secret, caller, status=201)

    @endpoints.patch(permission=write, out=EndpointOut, returns=ENDPOINTS)
    async def change_webhook_endpoint(id: str, body: EndpointPatch, tx: Tx, version: Version) -> Any:
        """Change, disable or enable an endpoint."""
        return await commands.change(tx, endpoint_id=id, version=version, changes=body.changes())

    @endpoints.post("/{id}/rotate-secret", permission=write, out=EndpointWithSecretOut, returns=ENDPOINTS, secret=True)
    async def rotate_webhook_secret(id: str, tx: Tx, caller: Principal, version: Version) -> Reply:
        """Replace the secret; for a day deliveries are signed with the old one as well."""
        row, secret = await commands.rotate_secret(tx, endpoint_id=id, version=version, vault=vault)
        return _with_secret(row, secret, caller, status=200)

    @endpoints.post("/{id}/test", permission=write, out=DeliveryOut, returns=DELIVERIES, status=202)
    async def send_test_webhook(id: str, tx: Tx) -> Any:
        """Queue a test event for this endpoint."""
        return await commands.send_test(tx, endpoint_id=id)

    @deliveries.post("/{id}/retry", permission=write, out=DeliveryOut, returns=DELIVERIES)
    async def retry_webhook_delivery(id: str, tx: Tx, version: Version) -> Any:
        """Send a delivery again at once."""
        return await commands.retry(tx, delivery_id=id, version=version)

    return [endpoints, deliveries]


def _with_secret(row: Any, secret: str, caller: Caller, *, status: int) -> Reply:
    headers = {"ETag": etag(row["version"], caller, None), "Cache-Control": "no-store"}
    if status == 201:
        headers["Location"] = f"/v1/webhook-endpoints/{row['id']}"
    return Reply.json({**ENDPOINTS.shape(row, caller=caller), "secret": secret}, status=status, headers=headers)
