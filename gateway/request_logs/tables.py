"""Requests as they were answered at the edge. `created_at` is when they came, by the wall clock."""

from sqlalchemy import Index

from gateway.metadata import METADATA
from shared.db.columns import document, entity, identifier, integer, text
from shared.db.walls import partner_wall

METHODS = ("GET", "HEAD", "POST", "PATCH", "PUT", "DELETE", "OTHER")

request_logs = entity(
    "request_logs",
    METADATA,
    text("request_id"),
    text("method", check=METHODS),
    # Of the specification: what stood in the places of its values is not kept, but for the id of an object.
    text("path", null=True),
    text("operation", null=True),
    text("noun", null=True),
    identifier("subject", null=True),
    integer("status"),
    text("problem", null=True),
    document("pointers"),
    integer("duration_ms"),
    identifier("actor_id"),
    identifier("on_behalf_of", null=True),
    identifier("oauth_client_id", null=True),
    identifier("partner_id", null=True),
    text("user_agent", null=True),
    identifier("api_key_id", null=True),
    Index("request_logs_newest", "tenant_id", "created_at", "id"),
    Index("request_logs_partner", "tenant_id", "partner_id", "created_at", "id"),
    Index("request_logs_actor", "tenant_id", "actor_id", "created_at", "id"),
    Index("request_logs_behalf", "tenant_id", "on_behalf_of", "created_at", "id"),
    Index("request_logs_key", "tenant_id", "api_key_id", "created_at", "id"),
    Index("request_logs_app", "tenant_id", "oauth_client_id", "created_at", "id"),
    Index("request_logs_operation", "tenant_id", "operation", "created_at", "id"),
    Index("request_logs_request", "tenant_id", "request_id", "created_at", "id"),
    Index("request_logs_status", "tenant_id", "status", "created_at", "id"),
    Index("request_logs_subject", "tenant_id", "subject", "created_at", "id"),
    wall=partner_wall(),
    audited=False,
)
