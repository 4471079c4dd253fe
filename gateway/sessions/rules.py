"""What only somebody who has signed in personally may do."""

from shared.auth.principal import Caller
from shared.errors import Forbidden


class PersonRequired(Forbidden):
    """Only somebody who has signed in can do this: no key and no app."""

    code, title = "person_required", "A person has to do this"


def not_by_an_app(caller: Caller) -> None:
    """Raise PersonRequired for an app that somebody has let in, however much it may do: sessions are the person's own."""
    if caller.session_id is not None and not caller.is_person:
        raise PersonRequired()


def require_person(caller: Caller) -> str:
    """Return the session of a caller who has signed in personally; raises PersonRequired for keys and apps."""
    if caller.session_id is None or not caller.is_person:
        raise PersonRequired()
    return caller.session_id
