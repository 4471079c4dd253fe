"""What the specification says of public operations that find their tenant themselves."""

from typing import Any, Final

from shared.web.documentation import idempotency_key
from shared.web.operation import Operation

_TENANT: Final[dict[str, Any]] = {
    "name": "PRM-Tenant",
    "in": "header",
    "required": False,
    "schema": {"type": "string", "maxLength": 100},
    "description": "Slug of the tenant; without it the host name decides, where it belongs to one.",
}


def finds_tenant(operation: Operation, *, repeatable: bool = False) -> None:
    """Document the header that names the tenant, and the idempotency key where the operation takes one."""
    extra = operation.openapi_extra
    parameters = [*extra.get("parameters", []), _TENANT, *([idempotency_key(required=False)] if repeatable else [])]
    operation.openapi_extra = {**extra, "parameters": parameters}
