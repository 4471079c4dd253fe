"""Tables of webhooks."""

from sqlalchemy import Index, column, literal

from gateway.keys.sealing import sealed
from gateway.metadata import METADATA
from gateway.webhooks.lifecycle import DELIVERY, ENDPOINT
from shared.db.columns import document, entity, identifier, instant, integer, key, record, text
from shared.db.walls import partner_wall, plumbing_wall

# An endpoint of the vendor has no partner; `owner` is then "vendor", so that the wall has a column that is never null.
webhook_endpoints = entity(
    "webhook_endpoints",
    METADATA,
    identifier("owner"),
    text("url"),
    text("description", null=True),
    document("types"),
    text("status", check=ENDPOINT.states),
    sealed("sealed_secret", purpose="webhook {id}"),
    sealed("sealed_old_secret", purpose="webhook {id}", null=True),
    instant("old_secret_until", null=True),
    instant("failing_since", null=True),
    Index("webhook_endpoints_newest", "tenant_id", "created_at", "id"),
    Index("webhook_endpoints_owner", "tenant_id", "owner", "created_at", "id"),
    wall=partner_wall("owner"),
)

webhook_deliveries = entity(
    "webhook_deliveries",
    METADATA,
    identifier("owner"),
    identifier("endpoint_id"),
    identifier("event_id"),
    text("type"),
    text("status", check=DELIVERY.states),
    document("payload"),
    integer("attempts"),
    instant("next_attempt_at", null=True),
    integer("response_status", null=True),
    text("error", null=True),
    instant("finished_at", null=True),
    # When somebody last asked for it to be sent again: the time to give up counts from here.
    instant("restarted_at", null=True),
    Index("webhook_deliveries_newest", "tenant_id", "created_at", "id"),
    Index("webhook_deliveries_endpoint", "tenant_id", "endpoint_id", "created_at", "id"),
    Index("webhook_deliveries_owner", "tenant_id", "owner", "created_at", "id"),
    Index("webhook_deliveries_event", "tenant_id", "event_id"),
    Index(
        "webhook_deliveries_pending",
        "tenant_id",
        "endpoint_id",
        postgresql_where=column("status") == literal("pending"),
    ),
    wall=partner_wall("owner"),
    audited=False,
)

# What is due across all tenants; the worker role leases a row, sends, and moves or removes it.
webhook_queue = record(
    "webhook_queue",
    METADATA,
    key("delivery_id"),
    text("mode"),
    instant("due_at"),
    Index("webhook_queue_due", "due_at"),
    wall=plumbing_wall("all"),
)
