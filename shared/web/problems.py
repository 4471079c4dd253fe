"""Problems on the wire: RFC 9457 `application/problem+json`, for every error of every layer."""

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from shared.errors import Fault, Invalid, Problem
from shared.web.json import dumps
from shared.web.reply import PROBLEM, Reply

DOCS = "/docs/problems"


def reply_of(problem: Problem, *, request_id: str | None) -> Reply:
    """Return the answer that tells the caller of a problem."""
    document: dict[str, Any] = {
        "type": f"{DOCS}#{problem.code}",
        "title": problem.title,
        "status": problem.status,
        "detail": problem.detail,
        "code": problem.code,
        "errors": [{"pointer": each.pointer, "code": each.code, "detail": each.detail} for each in problem.errors],
        "request_id": request_id,
        **problem.members,
    }
    headers = {"Cache-Control": "no-store", **problem.headers}
    if problem.status == 401 and "WWW-Authenticate" not in headers:
        headers["WWW-Authenticate"] = "Bearer"
    return Reply(problem.status, dumps(document), headers, PROBLEM)


def invalid(error: ValidationError) -> Invalid:
    """Translate a failed validation, naming each place by JSON pointer and repeating nothing that was sent."""
    faults: Sequence[Fault] = [
        Fault(
            pointer="".join(f"/{_escaped(part)}" for part in each["loc"]),
            code=_code(each["type"]),
            detail=_detail(each["type"], each["msg"], each.get("ctx", {})),
        )
        for each in error.errors(include_url=False, include_input=False)[:50]
    ]
    return Invalid(errors=faults)


def _escaped(part: int | str) -> str:
    return str(part)[:100].replace("~", "~0").replace("/", "~1")


def _code(kind: str) -> str:
    return {"extra_forbidden": "unknown_field", "missing": "required", "string_pattern_mismatch": "wrong_form"}.get(
        kind, kind
    )


def _detail(kind: str, message: str, context: Mapping[str, Any]) -> str:
    match kind:
        case "extra_forbidden":
            return "This field is not known here."
        case "missing":
            return "This field is required."
        case "string_pattern_mismatch":
            return f"The text does not have the form {context['pattern']}"
        case "value_error" | "assertion_error":
            said = message.partition(", ")[2]
            return f"{said[:1].upper()}{said[1:]}."
        case _:
            return message if message.endswith(".") else f"{message}."
