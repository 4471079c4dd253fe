"""The specifications: one of each service, and the public one that merges them. Generated from the code, committed."""

import json
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any, Final, get_args

from gateway.publish.description import codes_in, described
from gateway.publish.enumerations import describe_values
from gateway.publish.examples import give_examples, resources_shown
from gateway.publish.nouns import NOUNS
from gateway.publish.references import name_references
from gateway.publish.sharing import name_schemas, share
from gateway.publish.trimming import trim
from gateway.publish.webhooks import with_webhooks
from shared.auth.revocations import Revocations
from shared.db.provision import SERVICES
from shared.links import Links
from shared.web.app import App

FOLDER: Final = Path(__file__).resolve().parents[2] / "openapi"
_DESCRIPTION: Final = (
    "Headless backend for Partner Relationship Management. Send `Authorization: Bearer <access token or API key>`;"
    " get a token from `POST /v1/sessions` (people) or `POST /oauth/token` (apps). Problems and labels come in English,"
    " German or Hungarian, as `Accept-Language` has it; what each object and state is called is in `GET /v1/meta`."
)
_INFO: Final = {
    "contact": {"name": "Whoever operates this installation"},
    "license": {"name": "Apache License 2.0", "url": "https://www.apache.org/licenses/LICENSE-2.0"},
}
_SERVERS: Final = [
    {"url": "/", "description": "Where this was read: a production or a sandbox environment", "x-internal": False}
]
_SECURITY: Final[list[dict[str, list[str]]]] = [{"bearer": []}]


def texts() -> dict[str, str]:
    """Return the text of every published specification and of the objects' description, by file name, from the code."""
    apps = {service: _app(service) for service in SERVICES}
    made = {service: finished(app) for service, app in apps.items()}
    documents = {f"{service}.json": made[service] for service in SERVICES} | {
        "public.json": with_webhooks(merge(made)),
        "meta.json": {"objects": described(apps, made), "reasons": _reasons(made)},
    }
    return {name: json.dumps(document, indent=1, ensure_ascii=False) + "\n" for name, document in documents.items()}


def generated() -> dict[str, dict[str, Any]]:
    """Return the specification of every service, made from the code."""
    return {service: finished(_app(service)) for service in SERVICES}


def finished(app: App) -> dict[str, Any]:
    """Return a service's specification with references named, examples given, common parts shared, tags and servers."""
    spec = app.openapi()
    name_schemas(spec)
    trim(spec)
    name_references(spec)
    describe_values(spec)
    give_examples(spec, resources_shown(app.operations, spec))
    share(spec)
    spec["info"] |= _INFO | {"description": "What one service does of the API; all of it is in `/openapi.json`."}
    return {**spec, "servers": _SERVERS, "tags": _tags(spec["paths"]), "security": _SECURITY}


def committed() -> dict[str, dict[str, Any]]:
    """Return the committed specification of every service; raises FileNotFoundError before the first `make openapi`."""
    return {service: json.loads((FOLDER / f"{service}.json").read_text()) for service in SERVICES}


def merge(specifications: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Merge the services' specifications; raises ValueError for a path served twice or a name with two meanings."""
    paths: dict[str, Any] = {}
    components: dict[str, dict[str, Any]] = {}
    for service, specification in specifications.items():
        for path, operations in specification["paths"].items():
            if path in paths:
                raise ValueError(f"{path} is served by two services, one of them {service}")
            paths[path] = operations
        for kind, named in specification["components"].items():
            kept = components.setdefault(kind, {})
            for name, meaning in named.items():
                if kept.setdefault(name, meaning) != meaning:
                    raise ValueError(f"{service} means something else by {kind}/{name}")
    return {
        "openapi": "3.1.0",
        "info": {"title": "PRM", "version": "1.0.0", "description": _DESCRIPTION} | _INFO,
        "servers": _SERVERS,
        "paths": dict(sorted(paths.items())),
        "components": {kind: dict(sorted(named.items())) for kind, named in sorted(components.items())},
        "tags": _tags(paths),
        "security": _SECURITY,
    }


def _reasons(specifications: Mapping[str, Any]) -> list[str]:
    """Return the codes that people are told in words, those of faults in CEL expressions among them."""
    # Loaded here: whoever serves the specifications has no use for CEL.
    from shared.rules import DiagnosisCode

    return sorted({*codes_in(specifications), *get_args(DiagnosisCode)})


def _tags(paths: Mapping[str, Any]) -> list[dict[str, str]]:
    used = {tag for operations in paths.values() for operation in operations.values() for tag in operation["tags"]}
    if missing := used - NOUNS.keys():
        raise LookupError(f"say in gateway/publish/nouns.py what these are: {sorted(missing)}")
    return [{"name": name, "description": NOUNS[name]} for name in sorted(used)]


def _app(service: str) -> App:
    module = import_module("gateway.app" if service == "gateway" else f"services.{service}.app")
    own = (
        {"secret_key": "x" * 32, "issuer": "http://localhost", "files": Path(), "front": _nowhere}
        if service == "gateway"
        else {}
    )
    links = Links("http://localhost", _no_keys, _AnyPeer(), Revocations(), b"")
    app: App = module.create_app(database_url="postgresql://", links=links, background=False, **own)
    return app


async def _nowhere(scope: Any, receive: Any, send: Any) -> None:
    """Stand for the edge: nothing is sent while only the shape of a service is asked for."""


async def _no_keys() -> Mapping[str, Any]:
    return {"keys": []}


class _AnyPeer(dict[str, Any]):
    """Stands for every sister service while only the shape of a service is asked for."""

    def __missing__(self, name: str) -> None:
        return None
