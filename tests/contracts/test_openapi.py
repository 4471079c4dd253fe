"""The specifications: committed as the code makes them, whole, and in step with the roles."""

import json
import re

import pytest

from gateway.publish.specifications import FOLDER, merge, texts
from gateway.publish.webhooks import with_webhooks
from gateway.roles.defaults import DEFAULT_ROLES
from gateway.webhooks.rules import object_of
from shared.auth.scopes import parse
from shared.events.catalog import public_events
from tests import responses
from tests.responses import referred, spelled_out

# What FastAPI names by itself, from a signature it has not been told enough about.
_LEFTOVER = re.compile(r"^(HTTPValidationError|ValidationError|Body_.*|Response_.*|.*__.*|.*-(Input|Output))$")


@pytest.fixture(scope="module")
def specifications():
    return responses.specifications()


@pytest.fixture(scope="module")
def public(specifications):
    return merge(specifications)


def operations(public):
    return [
        (f"{method.upper()} {path}", spelled_out(operation, public))
        for path, methods in public["paths"].items()
        for method, operation in methods.items()
    ]


def named(operation):
    return {each["name"] for each in operation.get("parameters", ())}


def permissions(public):
    return {operation["x-permission"] for _, operation in operations(public) if "x-permission" in operation}


def test_the_committed_specifications_are_those_of_the_code():
    stale = [name for name, text in texts().items() if json.loads((FOLDER / name).read_text()) != json.loads(text)]

    assert stale == [], "run `make openapi` and read what it changes"


def test_every_path_and_component_of_the_services_is_in_the_merged_specification(specifications, public):
    paths = sum(len(each["paths"]) for each in specifications.values())
    names = {name for each in specifications.values() for name in each["components"]["schemas"]}

    assert (len(public["paths"]), set(public["components"]["schemas"])) == (paths, names)


def test_names_of_operations_are_unique_across_services(public):
    names = [operation["operationId"] for _, operation in operations(public)]

    assert sorted(names) == sorted(set(names))


def test_every_operation_has_a_summary_a_tag_and_a_permission_or_is_public(public):
    wanting = {
        name: missing
        for name, each in operations(public)
        if (missing := [what for what in ("summary", "description", "tags") if not each.get(what)])
        or not (each.get("x-permission") or each.get("x-public"))
    }

    assert wanting == {}


def test_every_refusal_is_a_problem_document_or_where_rfc_6749_says_how_it_reads_one_of_its_own(public):
    problem = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    own = {"application/json": {"schema": {"$ref": "#/components/schemas/OAuthErrorOut"}}}
    others = {
        f"{name} {status}"
        for name, operation in operations(public)
        for status, response in operation["responses"].items()
        if status >= "400" and response["content"] != (own if name.startswith("POST /oauth/") else problem)
    }

    assert others == set()


def test_every_operation_can_refuse_a_token_a_permission_and_too_many_requests(public):
    needed = {"400", "401", "403", "429", "500", "503"}

    assert {name: left for name, each in operations(public) if (left := needed - each["responses"].keys())} == {}


def test_the_version_is_asked_for_exactly_where_it_can_be_stale(public):
    # Whoever writes by a name of its own need not know whether the object exists.
    optional = {name for name, _ in operations(public) if name.startswith("PUT /v1/") and "/by-external-" in name}
    different = [
        name
        for name, operation in operations(public)
        if any(each["name"] == "If-Match" and each["required"] for each in operation.get("parameters", ()))
        != ("428" in operation["responses"])
        or ("412" in operation["responses"]) != ("428" in operation["responses"] or name in optional)
    ]

    assert different == []
    assert {name for name, each in operations(public) if named(each) >= {"If-Match", "If-None-Match"}} == optional


def test_every_write_refuses_a_body_that_it_does_not_take(public):
    writes = [(name, each) for name, each in operations(public) if not name.startswith("GET ")]

    assert [name for name, each in writes if not {"413", "415"} <= each["responses"].keys()] == []
    # A file has no members, and RFC 6749 words what is wrong with a form.
    untold = {name for name, each in writes if "422" not in each["responses"]}
    assert untold == {"POST /oauth/introspect", "POST /oauth/revoke", "POST /oauth/token"}


def test_every_path_value_is_declared_and_can_be_unknown(public):
    wrong = [
        name
        for name, operation in operations(public)
        if {each["name"] for each in operation.get("parameters", ()) if each["in"] == "path"}
        != set(re.findall(r"{(\w+)}", name))
        or ("{" in name and "404" not in operation["responses"])
    ]

    assert wrong == []


def test_every_answer_of_success_says_what_it_looks_like(public):
    shapeless = [
        f"{name} {status}"
        for name, operation in operations(public)
        for status, response in operation["responses"].items()
        if status in ("200", "201", "202")
        and not all(each.get("schema") for each in response.get("content", {"": {}}).values())
    ]

    assert shapeless == ["POST /oauth/revoke 200"]  # RFC 7009: the client ignores the body.


def test_components_have_names_of_ours_and_each_is_used(public):
    schemas = public["components"]["schemas"]
    used = {name for _, operation in operations(public) for name in referred(operation, schemas)}

    assert [name for name in schemas if _LEFTOVER.match(name)] == []
    assert set(schemas) - used == set()


def test_every_event_that_goes_to_webhooks_is_in_the_specification_with_its_schema(public):
    whole = with_webhooks(public)
    schemas, sent = whole["components"]["schemas"], whole["webhooks"]

    assert list(sent) == list(public_events())
    members = {
        kind: set(schemas[each["post"]["x-data"]["$ref"].rsplit("/", 1)[-1]].get("properties", {}))
        for kind, each in sent.items()
    }
    assert members == {kind: set(event.model_fields) for kind, event in public_events().items()}


def test_what_a_webhook_calls_an_object_is_what_the_api_calls_it():
    objects = json.loads((FOLDER / "meta.json").read_text())["objects"]

    called = {each["object"]: object_of(f"{each['id_prefix']}_0") for each in objects if each["id_prefix"]}
    assert called == {name: name for name in called}


def test_every_permission_is_granted_by_a_role_that_is_shipped(public):
    granted = [parse(" ".join(role.scopes), vendor=role.side == "vendor") for role in DEFAULT_ROLES.values()]
    nobody = {each for each in permissions(public) if not any(scopes.reach(*each.split(":")) for scopes in granted)}

    assert nobody == set()


def test_every_scope_of_a_shipped_role_opens_some_operation(public):
    opened = [each.split(":") for each in permissions(public)]
    idle = {
        f"{role.code} {scope}"
        for role in DEFAULT_ROLES.values()
        for scope in role.scopes
        for noun, verb in [scope.split(":")[:2]]
        if not any(noun in ("*", known) and verb in ("*", does) for known, does in opened)
    }

    assert idle == set()
