"""How endpoints and deliveries look."""

from gateway.webhooks.lifecycle import DELIVERY, ENDPOINT
from gateway.webhooks.tables import webhook_deliveries, webhook_endpoints
from shared.db.resource import Resource, computed

ENDPOINTS = Resource(
    "webhook_endpoint",
    webhook_endpoints,
    (
        computed("partner_id", lambda row: None if row["owner"] == "vendor" else row["owner"], "owner"),
        "url",
        "description",
        "types",
        "status",
        "failing_since",
    ),
    permission="webhook-endpoints:read",
    filters=("status",),
    lifecycle=ENDPOINT,
)

DELIVERIES = Resource(
    "webhook_delivery",
    webhook_deliveries,
    (
        "endpoint_id",
        "event_id",
        "type",
        "status",
        "payload",
        "attempts",
        "next_attempt_at",
        "response_status",
        "error",
        "finished_at",
    ),
    expands={"endpoint_id": "webhook-endpoints"},
    permission="webhook-endpoints:read",
    filters=("endpoint_id", "event_id", "status", "type", "created_at"),
    lifecycle=DELIVERY,
)
