"""What the specification says of public operations that find their tenant themselves."""

from typing import Any, Final

from shared.web.operation import Operation

_TENANT: Final[dict[str, Any]] = {
    "name": "PRM-Tenant",
    "in": "header",
    "required": False,
    "schema": {"type": "string", "maxLength": 100},
    "description": "Slug of the tenant; without it the host name decides, where it belongs to one.",
}
_KEY: Final[dict[str, Any]] = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "schema": {"type": "string", "maxLength": 255},
    "description": "Makes a repetition of this request safe for 7 days; secrets are not shown again.",
}


def finds_tenant(operation: Operation, *, repeatable: bool = False) -> None:
    """Document the header that names the tenant, and the idempotency key where the operation takes one."""
    extra = operation.openapi_extra
    parameters = [*extra.get("parameters", []), _TENANT, *([_KEY] if repeatable else [])]
    operation.openapi_extra = {**extra, "parameters": parameters}
