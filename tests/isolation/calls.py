"""Calls any operation of the specification with a valid body and the headers it asks for."""

import uuid
from collections.abc import Mapping
from typing import Any

from tests.isolation.examples import BODIES, QUERIES
from tests.responses import Specified
from tests.system import Client, Response


def name_of(operation: Specified) -> str:
    """The operation's own name."""
    return str(operation.operation["operationId"])


def takes_json(operation: Specified) -> bool:
    """Tell whether the operation takes a JSON body."""
    return "application/json" in operation.operation.get("requestBody", {}).get("content", {})


def body_schema(operation: Specified) -> dict[str, Any]:
    """The schema of the body, with everything it refers to."""
    schema = operation.operation["requestBody"]["content"]["application/json"]["schema"]
    return {**schema, "components": {"schemas": dict(operation.components)}}


def wants_version(operation: Specified) -> bool:
    """Tell whether the operation asks for the version that its caller has seen."""
    return "428" in operation.operation["responses"]


async def calls(
    caller: Client, operation: Specified, *, values: Mapping[str, str] | None = None, body: Any = None
) -> Response:
    """The answer to an operation, with these values in its path; any version will do."""
    return await attempts(caller, operation, values=values, body=body, version="*")


async def attempts(
    caller: Client,
    operation: Specified,
    *,
    values: Mapping[str, str] | None = None,
    body: Any = None,
    version: str,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """The answer to an operation at this version; at `"0"` nothing happens to what exists."""
    path = operation.path
    # What another system calls an object has three parts, of which the last stands for all.
    for name, value in {"system": "crm", "type": "object", **(values or {})}.items():
        path = path.replace(f"{{{name}}}", value)
    assert "{" not in path, path
    sent_headers = {"if-match": version} if wants_version(operation) else {}
    if operation.method in ("post", "patch", "put"):
        sent_headers["idempotency-key"] = uuid.uuid4().hex
    query = {
        each["name"]: QUERIES.get(each["name"], "1")
        for each in operation.operation.get("parameters", ())
        if each["in"] == "query" and each["required"]
    }
    sent = BODIES[name_of(operation)] if body is None and takes_json(operation) else body
    return await caller.request(
        operation.method.upper(), path, sent, headers={**sent_headers, **(headers or {})}, **query
    )
