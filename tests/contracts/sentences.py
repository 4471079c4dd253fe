"""Every sentence with which the product refuses something, as it stands in the code."""

import ast
import re
from collections.abc import Iterator
from itertools import count

from pydantic_core._pydantic_core import list_all_errors

import gateway.embedded  # noqa: F401  (every service with it, and so every problem)
from gateway.publish.problems import all_problems, meaning_of
from shared.errors import Problem
from tests.contracts.code import name_of, sources, tree

_WORD, _VALUE = re.compile(r"[A-Za-z]{3}"), re.compile(r"\{\d\}")
# What people write in CEL is diagnosed in English, in the words of the language itself.
_LEFT_ENGLISH = "shared/rules/"
# Functions whose texts become sentences, though no problem is raised where they stand.
_TELLERS = {
    ("gateway/oauth_clients/rules.py", "_fault_of"),
    ("shared/web/json.py", "_reason"),
    ("shared/web/problems.py", "_detail"),
}
# Values in a sentence that are words themselves.
_PARTS = {"an RFC 3339 instant with Z", "a valid value of its type"}
# What a body in JSON can be refused for; pydantic knows many more reasons, for values no JSON has.
_OF_BODIES = {
    *("string_type", "string_unicode", "string_too_short", "string_too_long", "int_type", "int_from_float"),
    *("int_parsing_size", "float_type", "finite_number", "bool_type", "list_type", "dict_type", "model_type"),
    *("model_attributes_type", "invalid_key", "literal_error", "none_required", "greater_than", "greater_than_equal"),
    *("less_than", "less_than_equal", "multiple_of", "too_short", "too_long", "date_type", "date_parsing"),
    *("date_from_datetime_parsing", "date_from_datetime_inexact", "datetime_type", "datetime_parsing"),
    *("datetime_from_date_parsing", "timezone_aware", "union_tag_invalid", "union_tag_not_found"),
}


_PRODUCT = ("shared", "services", "gateway")


def problems() -> set[type[Problem]]:
    """Return every kind of refusal of the product; tests have some of their own."""
    return {each for each in all_problems() if each.__module__.partition(".")[0] in _PRODUCT}


def spoken() -> set[str]:
    """Return every sentence, with `{0}`, `{1}` … where a value comes in."""
    found = {meaning_of(each) for each in problems()} | _PARTS | _pydantics()
    for path, _, text in _texts():
        template = _template(text)
        if template is not None and not path.startswith(_LEFT_ENGLISH):
            found.add(template)
    return found


def unreadable() -> set[str]:
    """Return the places that raise a problem with a text that only exists when they run."""
    return {
        f"{path} {function}"
        for path, function, text in _texts()
        if _template(text) is None and not path.startswith(_LEFT_ENGLISH)
    }


def _texts() -> Iterator[tuple[str, str, ast.expr]]:
    """Yield file, function and text of every problem and fault that is made."""
    names = {each.__name__ for each in problems()}
    for path in sources(*_PRODUCT):
        name = name_of(path)
        for function in ast.walk(tree(path)):
            if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
                continue
            if (name, function.name) in _TELLERS:
                yield from ((name, function.name, each) for each in _told(function))
            for call in ast.walk(function):
                if isinstance(call, ast.Call):
                    yield from ((name, function.name, each) for each in _of_call(call, names, file=path.name))


def _of_call(call: ast.Call, refusals: set[str], *, file: str) -> Iterator[ast.expr]:
    called, validates = call.func, file in ("schemas.py", "models.py")
    name = called.id if isinstance(called, ast.Name) else called.attr if isinstance(called, ast.Attribute) else ""
    if name == "Fault":
        yield next((each.value for each in call.keywords if each.arg == "detail"), None) or call.args[2]
    elif name == "PydanticCustomError":
        yield call.args[1]
    elif name in refusals and call.args:
        yield call.args[0]
    elif name == "_Refused" or (name == "ValueError" and validates):
        yield _sentence(call.args[0])


def _told(function: ast.AST) -> Iterator[ast.expr]:
    for each in ast.walk(function):
        if isinstance(each, ast.Return) and each.value is not None:
            yield from _written(each.value)


def _written(value: ast.expr) -> Iterator[ast.expr]:
    if isinstance(value, ast.IfExp):
        yield from (*_written(value.body), *_written(value.orelse))
    elif isinstance(value, ast.Constant | ast.JoinedStr) and _WORD.search(_VALUE.sub("", _template(value) or "")):
        yield value


def _sentence(text: ast.expr) -> ast.expr:
    """A text as a validator says it becomes a sentence before it is told."""
    if isinstance(text, ast.Constant) and isinstance(text.value, str):
        return ast.Constant(f"{text.value[:1].upper()}{text.value[1:]}.")
    return text


def _template(text: ast.expr) -> str | None:
    if isinstance(text, ast.Constant):
        return text.value if isinstance(text.value, str) else ""
    if not isinstance(text, ast.JoinedStr):
        return None
    parts, values = [], 0
    for each in text.values:
        if isinstance(each, ast.Constant):
            parts.append(str(each.value))
        else:
            parts.append(f"{{{values}}}")
            values += 1
    return "".join(parts)


def _pydantics() -> set[str]:
    templates = [
        each.get("message_template_json") or each["message_template_python"]
        for each in list_all_errors()
        if each["type"] in _OF_BODIES
    ]
    return {each if each.endswith(".") else f"{each}." for each in map(_numbered, templates)}


def _numbered(template: str) -> str:
    number = count()
    return re.sub(r"\{\w+\}", lambda _: f"{{{next(number)}}}", template)
