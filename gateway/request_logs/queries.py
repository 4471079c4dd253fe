"""How a logged request looks."""

from gateway.request_logs.tables import request_logs
from shared.db.resource import Resource

REQUEST_LOGS = Resource(
    "request_log",
    request_logs,
    (
        "request_id",
        "method",
        "path",
        "operation",
        "noun",
        "subject",
        "status",
        "problem",
        "pointers",
        "duration_ms",
        "actor_id",
        "on_behalf_of",
        "api_key_id",
        "oauth_client_id",
        "partner_id",
        "user_agent",
    ),
    permission="request-logs:read",
    filters=(
        "request_id",
        "method",
        "operation",
        "subject",
        "status",
        "actor_id",
        "on_behalf_of",
        "api_key_id",
        "oauth_client_id",
        "partner_id",
        "created_at",
    ),
    expands={"partner_id": "partners"},
)
