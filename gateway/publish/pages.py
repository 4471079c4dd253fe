"""The documentation page, its assets and the specifications, served by ourselves and from memory."""

import hashlib
import json
from collections.abc import Callable
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from gateway.publish.specifications import FOLDER
from shared.db.provision import SERVICES
from shared.errors import Problem
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
_POLICY: Final = "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'"


class Pages:
    """All documents by path, each made when it is first asked for: the specifications are large."""

    def __init__(self) -> None:
        assets = _assets()
        self._makers: dict[str, Callable[[], Reply]] = {
            "/docs": partial(_reply, _PAGE.encode, "text/html; charset=utf-8"),
            "/docs/start.js": partial(_reply, _START.encode, "text/javascript; charset=utf-8"),
            "/docs/swagger-ui-bundle.js": partial(
                _reply, (assets / "swagger-ui-bundle.js").read_bytes, "text/javascript"
            ),
            "/docs/swagger-ui.css": partial(_reply, (assets / "swagger-ui.css").read_bytes, "text/css"),
            "/docs/problems": partial(_reply, _problems, "text/html; charset=utf-8"),
            "/openapi.json": partial(_reply, partial(_compact, FOLDER / "public.json"), "application/json"),
        }
        for service in SERVICES:
            made = partial(_compact, FOLDER / f"{service}.json")
            self._makers[f"/openapi/{service}.json"] = partial(_reply, made, "application/json")
        self._made: dict[str, Reply] = {}

    def find(self, path: str) -> Reply | None:
        """Return the document at a path, or None."""
        maker = self._makers.get(path)
        if maker is None:
            return None
        if path not in self._made:
            self._made[path] = maker()
        return self._made[path]


def _reply(content: Callable[[], bytes], content_type: str) -> Reply:
    body = content()
    tag = hashlib.blake2b(body, digest_size=8).hexdigest()
    # Weak, since it may go out packed or not.
    headers = {"ETag": f'W/"{tag}"', "Cache-Control": "public, max-age=300", "Content-Security-Policy": _POLICY}
    return Reply(200, body, headers, content_type)


def _assets() -> Path:
    """Return the folder of the documentation page's script and style, which a package brings."""
    found = find_spec("fastapi_offline")
    if found is None or found.origin is None:
        raise FileNotFoundError("the package fastapi-offline, which brings the documentation page, is not installed")
    return Path(found.origin).parent / "static"


def _compact(path: Path) -> bytes:
    return json.dumps(json.loads(path.read_text()), ensure_ascii=False, separators=(",", ":")).encode()


def _problems() -> bytes:
    """Return the page that says what each problem code means; `type` in a problem document points into it."""
    rows = "".join(
        f'<tr id="{each.code}"><td><code>{each.code}</code></td><td>{each.status}</td><td>{each.title}</td>'
        f"<td>{(each.__doc__ or '').strip().splitlines()[0]}</td></tr>"
        for each in sorted(_subclasses(Problem), key=lambda each: (each.status, each.code))
    )
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Problems</title>'
        "<style>body{font:16px/1.5 system-ui;margin:2rem auto;max-width:60rem;padding:0 1rem}"
        "td,th{padding:.4rem .8rem;text-align:left;vertical-align:top;border-bottom:1px solid #ddd}"
        "tr:target{background:#fff3bf}</style></head><body><h1>Problems</h1>"
        "<p>Every error is an RFC 9457 problem document; <code>code</code> is stable.</p>"
        f"<table><tr><th>code</th><th>status</th><th>title</th><th>meaning</th></tr>{rows}</table></body></html>"
    ).encode()


def _subclasses(base: type[Problem]) -> set[type[Problem]]:
    found = {base}
    for each in base.__subclasses__():
        found |= _subclasses(each)
    return found
