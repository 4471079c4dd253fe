"""`GET /v1/meta`: what a portal needs to show any object in any state."""

import hashlib
from functools import lru_cache
from typing import Any, Final

from gateway.meta.labels import labels_in
from gateway.meta.locale import LOCALE, locale_of
from gateway.meta.queries import labelled, objects, reasons
from gateway.meta.schemas import MetaOut
from shared.db.filters import InvalidParameter
from shared.errors import Fault
from shared.i18n.languages import LANGUAGES
from shared.web.conditional import matches, may_be_packed
from shared.web.json import dumps
from shared.web.params import Http
from shared.web.reply import Reply
from shared.web.router import Router

router = Router("meta")
_OBJECTS: Final[dict[str, Any]] = {
    "name": "objects",
    "in": "query",
    "required": False,
    "schema": {"type": "string", "maxLength": 2000},
    "description": "Only these objects, by name, separated by commas.",
}


@router.get(permission=None, public=True, out=MetaOut, query=[LOCALE, _OBJECTS])
async def get_meta(request: Http) -> Reply:
    """Objects, fields, values and state machines as data, with labels in English, German or Hungarian.

    The same for everybody, so it needs no token; what one caller can do with one object now is in the object's own
    `allowed_actions` and `editable_fields`.
    """
    body, digest = _document(locale := locale_of(request), _chosen(request.query.get("objects")))
    # Packed it is another representation, as objects are.
    packed = may_be_packed(request.headers.get("accept-encoding"))
    tag = f'"{digest}{"-gzip" if packed else ""}"'
    headers = {
        "ETag": tag,
        "Cache-Control": "public, max-age=300",
        "Vary": "Accept-Language",
        "Content-Language": locale,
    }
    if matches(request.headers.get("if-none-match"), tag):
        return Reply(304, headers=headers)
    return Reply(200, body, headers)


router.operations[-1].responses |= {304: {"description": "Not changed since the ETag in If-None-Match"}}


def _chosen(names: str | None) -> tuple[str, ...]:
    if names is None:
        return tuple(objects())
    chosen = {part.strip() for part in names.split(",") if part.strip()}
    if chosen - objects().keys():
        raise InvalidParameter(errors=[Fault("objects", "unknown_object", "An object named here does not exist.")])
    return tuple(sorted(chosen))


@lru_cache(maxsize=64)
def _document(locale: str, names: tuple[str, ...]) -> tuple[bytes, str]:
    labels = labels_in(locale)
    told = [{"code": code, "label": labels.of("reasons", code)} for code in reasons()]
    described = [labelled(objects()[name], labels) for name in names]
    body = dumps({"object": "meta", "locale": locale, "locales": LANGUAGES, "objects": described, "reasons": told})
    return body, hashlib.blake2b(body, digest_size=8).hexdigest()
