"""What a request brings along: read as the model of its operation, or told off where there is something to tell."""

from typing import Final

from pydantic import BaseModel, ValidationError

from shared.errors import Invalid, Problem, UnsupportedMediaType
from shared.web.json import is_json, strict
from shared.web.models import NothingIn
from shared.web.params import Request
from shared.web.problems import invalid

Taken = tuple[str, type[BaseModel], bool]
"""The body of an operation: the argument it becomes, its model, and whether it may be left out."""
_AS_IT_IS: Final = "identity"


def parsed(request: Request, taken: Taken | None, *, raw: bool) -> tuple[BaseModel | None, Problem | None]:
    """Return the body as its model, or what is wrong with it, for its time to come; nothing for a `raw` one.

    An operation that takes none is content with an object without members. Raises UnsupportedMediaType at once.
    """
    if request.body and request.headers.get("content-encoding", _AS_IT_IS) != _AS_IT_IS:
        raise UnsupportedMediaType(
            "The body must be sent as it is, without a Content-Encoding.", headers={"Accept-Encoding": _AS_IT_IS}
        )
    if taken is None and (raw or not request.body):
        return None, None
    _, model, optional = taken or ("", NothingIn, True)
    if optional and not request.body:
        return model(), None
    if not is_json(request.headers.get("content-type", "")):
        raise UnsupportedMediaType()
    try:
        return model.model_validate_json(strict(request.body)), None
    except Invalid as problem:
        return None, problem
    except ValidationError as error:
        return None, invalid(error)
