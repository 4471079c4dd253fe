"""Reads an endpoint's signature: which argument comes from where, and which one is the body."""

import inspect
from collections.abc import Callable
from typing import Annotated, Any, Final, get_args, get_origin, get_type_hints

from pydantic import BaseModel

from shared.web import params

_SOURCES: Final[dict[Any, str]] = {
    params.Tx: "tx",
    params.Read: "read",
    params.Principal: "caller",
    params.Now: "now",
    params.Version: "version",
    params.Conditions: "condition",
    params.Http: "request",
}


def plan(endpoint: Callable[..., Any]) -> tuple[dict[str, str], tuple[str, type[BaseModel], bool] | None]:
    """Return the source of each argument, and of the body its name, its model and whether it may be left out."""
    hints = get_type_hints(endpoint, include_extras=True)
    sources: dict[str, str] = {}
    body: tuple[str, type[BaseModel], bool] | None = None
    for name, parameter in inspect.signature(endpoint).parameters.items():
        hint = hints[name]
        if hint in _SOURCES:
            sources[name] = _SOURCES[hint]
            continue
        plain = get_args(hint)[0] if get_origin(hint) is Annotated else hint
        if inspect.isclass(plain) and issubclass(plain, BaseModel):
            body = (name, plain, parameter.default is not inspect.Parameter.empty)
        else:
            sources[name] = "path"
    return sources, body
