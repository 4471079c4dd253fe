"""`prm api`: one call of the running API, as one of the demo's people, as anybody with a password, or as nobody.

For trying things out: it signs in, sends the version it has just read as If-Match, makes an idempotency key, and prints
the answer. Everything it does is plain HTTP that `-v` shows.
"""

import json
import sys
import uuid
from pathlib import Path
from typing import Annotated, Any

import httpx
import typer

from deploy.cli import console
from deploy.cli.options import DataDir
from deploy.local.errors import StartError
from shared import clock
from shared.settings import load_settings

_PATIENCE_SECONDS = 20.0
_METHODS = ("GET", "POST", "PATCH", "PUT", "DELETE")


def api(
    method: Annotated[str, typer.Argument(help="GET, POST, PATCH, PUT or DELETE.")],
    path: Annotated[str, typer.Argument(help="Such as /v1/deals.")],
    body: Annotated[
        list[str] | None,
        typer.Argument(help="Fields: name=text, name:=JSON, outer.inner=text. Or one JSON document, or @file."),
    ] = None,
    role: Annotated[
        str | None, typer.Option("--as", help="A role of demo.json (role/2: its second person), or `me`.")
    ] = None,
    email: Annotated[str | None, typer.Option(envvar="PRM_EMAIL", help="Who `me` is.")] = None,
    password: Annotated[str | None, typer.Option(envvar="PRM_PASSWORD", help="The password of `me`.")] = None,
    pick: Annotated[str | None, typer.Option(help="Print only this member of the answer, such as data.0.id.")] = None,
    wait: Annotated[bool, typer.Option(help="Ask again, for up to 20 seconds, until --pick finds something.")] = False,
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="Show the requests and the headers of answers.")
    ] = False,
    data_dir: DataDir = None,
) -> None:
    """Call the API once and print the answer; exit code 1 for a problem."""
    if method.upper() not in _METHODS:
        raise StartError(f"The method must be one of {', '.join(_METHODS)}.")
    demo = _demo(load_settings(data_dir=data_dir).data_dir)
    with httpx.Client(base_url=demo["base_url"], timeout=30, headers={"PRM-Tenant": demo["tenant"]["slug"]}) as client:
        if verbose:
            client.event_hooks = {"request": [_show_request], "response": [_show_response]}
        try:
            if role is not None:
                who = (email or "", password or "") if role == "me" else _credentials(demo, role)
                client.headers["Authorization"] = f"Bearer {_token(client, *who)}"
            document = _document(body or [])
            answer = _call(client, method.upper(), path, document)
            until = clock.monotonic() + _PATIENCE_SECONDS
            while wait and clock.monotonic() < until and not _holds(answer, pick):
                answer = _call(client, method.upper(), path, document)
        except httpx.TransportError:
            raise StartError(f"Nothing answers at {demo['base_url']}. Start it with `make run`.") from None
    _print(answer, pick)


def _demo(data_dir: Path) -> dict[str, Any]:
    try:
        demo: dict[str, Any] = json.loads((data_dir / "demo.json").read_text())
    except FileNotFoundError:
        raise StartError(f"There is no {data_dir / 'demo.json'} yet. Start once with `make run`.") from None
    return demo


def _credentials(demo: dict[str, Any], role: str) -> tuple[str, str]:
    name, _, number = role.partition("/")
    found = [each for each in demo["accounts"] if each["role"] == name]
    place = int(number) if number.isdigit() else 1
    if not 1 <= place <= len(found):
        known = ", ".join(sorted({each["role"] for each in demo["accounts"]}))
        raise StartError(f"The demo has no such person: {role}. Its roles: {known}.")
    return found[place - 1]["email"], found[place - 1]["password"]


def _token(client: httpx.Client, email: str, password: str) -> str:
    answer = client.post("/v1/sessions", json={"email": email, "password": password})
    if answer.status_code != 201:
        _print(answer, None)
    token: str = answer.json()["access_token"]
    return token


def _document(words: list[str]) -> Any:
    """Return the body that the words spell: one JSON document, a file of one, or fields."""
    if len(words) == 1 and words[0][0] in "{@":
        return _json(Path(words[0][1:]).read_text() if words[0][0] == "@" else words[0])
    document: dict[str, Any] = {}
    for word in words:
        name, separator, value = word.partition("=")
        if not separator:
            raise StartError(f"'{word}' is not a field; write name=text or name:=JSON.")
        *outer, last = name.removesuffix(":").split(".")
        inner = document
        for step in outer:
            inner = inner.setdefault(step, {})
        inner[last] = _json(value) if name.endswith(":") else value
    return document or None


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError as problem:
        raise StartError(f"The body is not JSON: {problem}.") from None


def _call(client: httpx.Client, method: str, path: str, body: Any) -> httpx.Response:
    headers = {}
    if method != "GET":
        headers["Idempotency-Key"] = f"cli-{uuid.uuid4().hex}"
        parts = path.strip("/").split("/")
        # An action or a change is meant for the object as it is now.
        object_path = "/".join(parts[:-1]) if method == "POST" else path
        if len(parts) > 3 or (method != "POST" and len(parts) > 2):
            seen = client.get(object_path if object_path.startswith("/") else f"/{object_path}")
            if "etag" in seen.headers:
                headers["If-Match"] = seen.headers["etag"]
    return client.request(method, path, json=body, headers=headers)


def _holds(answer: httpx.Response, pick: str | None) -> bool:
    """Tell whether the answer is a good one and has the member."""
    return answer.is_success and _member(answer.json(), pick) is not None


def _member(document: Any, pick: str | None) -> Any:
    """Return the member of a document at a path such as `data.0.id`, or None."""
    for step in pick.split(".") if pick else ():
        try:
            document = document[int(step)] if isinstance(document, list) else document[step]
        except (KeyError, IndexError, TypeError, ValueError):
            return None
    return document


def _print(answer: httpx.Response, pick: str | None) -> None:
    document: Any = answer.json() if answer.content else None
    if answer.is_error:
        console.out.print_json(data=document)
        sys.exit(1)
    found = _member(document, pick)
    if found is None and pick is not None:
        raise StartError(f"The answer has no {pick}.")
    document = found
    if isinstance(document, dict | list):
        console.out.print_json(data=document, ensure_ascii=False)
    elif document is not None:
        console.out.print(document, markup=False)


def _show_request(request: httpx.Request) -> None:
    console.remark(f"{request.method} {request.url}")


def _show_response(response: httpx.Response) -> None:
    console.remark(f"{response.status_code} {dict(response.headers)}")
