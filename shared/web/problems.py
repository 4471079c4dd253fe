"""Problems on the wire: RFC 9457 `application/problem+json`, for every error of every layer."""

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from shared.errors import Fault, Invalid, Problem
from shared.i18n.languages import DEFAULT, language_of
from shared.i18n.sentences import sentences_in
from shared.web.json import dumps
from shared.web.reply import PROBLEM, Reply

DOCS = "/docs/problems"


def reply_of(problem: Problem, *, request_id: str | None, languages: str | None = None) -> Reply:
    """Return the answer that tells the caller of a problem, in the best of the languages of its Accept-Language header."""
    language = language_of(languages)
    title, detail, faults = _worded(problem, language)
    document = {**_document(problem, title, detail, faults), "request_id": request_id, **problem.members}
    headers = {
        "Cache-Control": "no-store",
        "Content-Language": language,
        "Vary": "Accept-Language",
        **problem.headers,
    }
    if problem.status == 401 and "WWW-Authenticate" not in headers:
        headers["WWW-Authenticate"] = "Bearer"
    return Reply(problem.status, dumps(document), headers, PROBLEM)


def document_of(problem: Problem) -> dict[str, Any]:
    """Return a problem in English, as it is kept with what has failed because of it."""
    return _document(problem, problem.title, problem.detail, problem.errors)


def kept_in(language: str, kept: str | Mapping[str, Any]) -> str | dict[str, Any]:
    """Return a sentence, or a problem as `document_of` has kept it, in a language; its codes stay as they are."""
    words = sentences_in(language)
    if isinstance(kept, str):
        return words.worded(kept)
    faults = [{**each, "detail": words.worded(each["detail"])} for each in kept["errors"]]
    title, detail = words.title(kept["code"], kept["title"]), words.worded(kept["detail"])
    return {**kept, "title": title, "detail": detail, "errors": faults}


def _document(problem: Problem, title: str, detail: str, faults: Sequence[Fault]) -> dict[str, Any]:
    return {
        "type": f"{DOCS}#{problem.code}",
        "title": title,
        "status": problem.status,
        "detail": detail,
        "code": problem.code,
        "errors": [{"pointer": each.pointer, "code": each.code, "detail": each.detail} for each in faults],
    }


def _worded(problem: Problem, language: str) -> tuple[str, str, Sequence[Fault]]:
    if language == DEFAULT:
        return problem.title, problem.detail, problem.errors
    words = sentences_in(language)
    faults = [Fault(each.pointer, each.code, words.worded(each.detail)) for each in problem.errors]
    return words.title(problem.code, problem.title), words.worded(problem.detail), faults


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
        case "too_long" if context.get("field_type") == "Dictionary":
            return f"At most {context['max_length']} members."
        case "date_parsing" | "date_from_datetime_parsing":
            return "A day is written as 2026-12-31."
        case "value_error" | "assertion_error":
            said = message.partition(", ")[2]
            return f"{said[:1].upper()}{said[1:]}."
        case _:
            return message if message.endswith(".") else f"{message}."
