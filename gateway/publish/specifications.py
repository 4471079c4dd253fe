"""The specifications: one of each service, and the public one that merges them. Generated from the code, committed."""

import json
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any, Final

from shared.auth.revocations import Revocations
from shared.db.provision import SERVICES
from shared.links import Links

FOLDER: Final = Path(__file__).resolve().parents[2] / "openapi"
_DESCRIPTION: Final = (
    "Headless backend for Partner Relationship Management. Send `Authorization: Bearer <access token or API key>`;"
    " get a token from `POST /v1/sessions` (people) or `POST /oauth/token` (apps)."
)


def texts() -> dict[str, str]:
    """Return the text of every published specification by its file name, made from the code."""
    made = generated()
    documents = {f"{service}.json": made[service] for service in SERVICES} | {"public.json": merge(made)}
    return {name: json.dumps(document, indent=1, ensure_ascii=False) + "\n" for name, document in documents.items()}


def generated() -> dict[str, dict[str, Any]]:
    """Return the specification of every service, made from the code."""
    return {service: _specification(service) for service in SERVICES}


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
        "info": {"title": "PRM", "version": "1.0.0", "description": _DESCRIPTION},
        "paths": dict(sorted(paths.items())),
        "components": {kind: dict(sorted(named.items())) for kind, named in sorted(components.items())},
        "security": [{"bearer": []}],
    }


def _specification(service: str) -> dict[str, Any]:
    module = import_module("gateway.app" if service == "gateway" else f"services.{service}.app")
    own = {"secret_key": "x" * 32, "issuer": "http://localhost", "files": Path()} if service == "gateway" else {}
    links = Links("http://localhost", _no_keys, _AnyPeer(), Revocations(), b"")
    app = module.create_app(database_url="postgresql://", links=links, background=False, **own)
    specification: dict[str, Any] = app.openapi()
    return specification


async def _no_keys() -> Mapping[str, Any]:
    return {"keys": []}


class _AnyPeer(dict[str, Any]):
    """Stands for every sister service while only the shape of a service is asked for."""

    def __missing__(self, name: str) -> None:
        return None
