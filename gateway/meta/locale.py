"""In which language an answer with labels is given."""

import re
from typing import Any, Final

from shared.db.filters import InvalidParameter
from shared.errors import Fault
from shared.i18n.languages import LANGUAGES, language_of, looked_up
from shared.web.params import Request

_TAG: Final = rf"^(?:{'|'.join(LANGUAGES)})(?:-[A-Za-z0-9]{{1,8}}){{0,8}}$"
_FORM: Final = re.compile(_TAG)
LOCALE: Final[dict[str, Any]] = {
    "name": "locale",
    "in": "query",
    "required": False,
    "schema": {"type": "string", "pattern": _TAG},
    "description": f"Language of the labels ({', '.join(LANGUAGES)}); goes before Accept-Language.",
}


def locale_of(request: Request) -> str:
    """Return the language that `locale` or Accept-Language asks for; raises InvalidParameter for a `locale` not ours."""
    asked = request.query.get("locale")
    if asked is None:
        return language_of(request.headers.get("accept-language"))
    found = looked_up(asked) if _FORM.fullmatch(asked) else None
    if found is None:
        raise InvalidParameter(errors=[Fault("locale", "unknown_locale", f"One of: {', '.join(LANGUAGES)}.")])
    return found
