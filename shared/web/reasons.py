"""Why something is done, as the body of a request says it: what audit records keep of every operation alike."""

from typing import Final

from pydantic import BaseModel

# Words before a code: whoever could give both and gives no words has given the code.
_MEMBERS: Final = ("reason", "reason_code")


def members_of(model: type[BaseModel]) -> tuple[str, ...]:
    """Return the members of a body that say why; none for most bodies."""
    return tuple(name for name in _MEMBERS if name in model.model_fields)


def reason_in(body: BaseModel | None, members: tuple[str, ...]) -> str | None:
    """Return what a body says in the first of these members that it has a value for."""
    return next((said for name in members if (said := getattr(body, name)) is not None), None)
