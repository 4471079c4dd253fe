"""The documentation page, its assets and the specifications, served by ourselves and from memory."""

import hashlib
import json
from collections.abc import Callable
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from gateway.publish.problems import page_of_problems
from gateway.publish.specifications import FOLDER
from shared.db.provision import SERVICES
from shared.i18n.languages import LANGUAGES, language_of
from shared.web.reply import Reply

_PAGE: Final = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>PRM API</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/docs/swagger-ui.css">
</head>
<body>
<div id="page"></div>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
</body>
</html>
"""
_START: Final = """SwaggerUIBundle({
  url: "/openapi.json", dom_id: "#page", deepLinking: true, docExpansion: "none", filter: true,
  persistAuthorization: true, tryItOutEnabled: true, defaultModelsExpandDepth: 0,
  validatorUrl: null,
  presets: [SwaggerUIBundle.presets.apis], layout: "BaseLayout"
});
"""
_PROBLEMS: Final = "/docs/problems"
_POLICY: Final = "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'"


class Pages:
    """All documents by path, each made when it is first asked for: the specifications are large."""

    def __init__(self) -> None:
        assets = _assets()
        makers: dict[str, Callable[[], Reply]] = {
            "/docs": partial(_reply, _PAGE.encode, "text/html; charset=utf-8"),
            "/docs/start.js": partial(_reply, _START.encode, "text/javascript; charset=utf-8"),
            "/docs/swagger-ui-bundle.js": partial(
                _reply, (assets / "swagger-ui-bundle.js").read_bytes, "text/javascript"
            ),
            "/docs/swagger-ui.css": partial(_reply, (assets / "swagger-ui.css").read_bytes, "text/css"),
            "/openapi.json": partial(_reply, partial(_compact, FOLDER / "public.json"), "application/json"),
        }
        for service in SERVICES:
            made = partial(_compact, FOLDER / f"{service}.json")
            makers[f"/openapi/{service}.json"] = partial(_reply, made, "application/json")
        # By path and language; what is the same in all of them is under none.
        self._makers = {(path, ""): make for path, make in makers.items()}
        self._makers |= {(_PROBLEMS, language): partial(_problems, language) for language in LANGUAGES}
        self._made: dict[tuple[str, str], Reply] = {}

    def find(self, path: str, *, languages: str | None = None) -> Reply | None:
        """Return the document at a path, in the best of the languages of an Accept-Language header, or None."""
        key = (path, language_of(languages) if path == _PROBLEMS else "")
        maker = self._makers.get(key)
        if maker is None:
            return None
        if key not in self._made:
            self._made[key] = maker()
        return self._made[key]


def _reply(content: Callable[[], bytes], content_type: str) -> Reply:
    body = content()
    tag = hashlib.blake2b(body, digest_size=8).hexdigest()
    # Weak, since it may go out packed or not.
    headers = {"ETag": f'W/"{tag}"', "Cache-Control": "public, max-age=300", "Content-Security-Policy": _POLICY}
    return Reply(200, body, headers, content_type)


def _problems(language: str) -> Reply:
    reply = _reply(partial(page_of_problems, language), "text/html; charset=utf-8")
    reply.headers |= {"Content-Language": language, "Vary": "Accept-Language"}
    return reply


def _assets() -> Path:
    """Return the folder of the documentation page's script and style, which a package brings."""
    found = find_spec("fastapi_offline")
    if found is None or found.origin is None:
        raise FileNotFoundError("the package fastapi-offline, which brings the documentation page, is not installed")
    return Path(found.origin).parent / "static"


def _compact(path: Path) -> bytes:
    return json.dumps(json.loads(path.read_text()), ensure_ascii=False, separators=(",", ":")).encode()
