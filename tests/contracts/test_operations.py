"""What every operation of the API promises."""

import pkgutil
import re
from importlib import import_module
from itertools import groupby

import pytest

from shared.events import catalog
from shared.events.envelope import Event
from shared.values.spread_nouns import SPREAD
from shared.web.batch import Batch, ItemsIn

_ANY_VALUE = re.compile(r"\{[^}]+\}")
# What anybody may call without a token: the gateway's front doors.
PUBLIC = {
    "gateway accept_invitation",
    "gateway ask_for_reset",
    "gateway begin_authorization",
    "gateway confirm_reset",
    "gateway create_session",
    "gateway get_audit_keys",
    "gateway get_authorization_server",
    "gateway get_key_set",
    "gateway get_meta",
    "gateway grant_token",
    "gateway introspect_token",
    "gateway read_file",
    "gateway revoke_token",
}


def operations(apps):
    return [(service, operation) for service, app in apps.items() for operation in app.operations]


def is_internal(operation):
    return operation.segments[0] == "internal"


def is_hidden(operation):
    """Every service serves its own part of a noun that the gateway owns: by the form of an id it is sent what is its own."""
    return operation.segments[0] == "v1" and operation.segments[1] in SPREAD and not operation.in_spec


def test_every_operation_names_its_permission_or_is_public(apps):
    open_ones = {
        f"{service} {operation.name}"
        for service, operation in operations(apps)
        if operation.permission is None and not is_internal(operation)
    }

    assert open_ones == PUBLIC


def test_a_public_operation_has_a_permission_only_where_the_edge_brings_a_token_for_it(apps):
    wrong = [
        f"{service} {operation.name}"
        for service, operation in operations(apps)
        if operation.public and (operation.permission is None) != (service == "gateway")
    ]

    assert wrong == []


def closed(schema, definitions, seen):
    """Yield the titles of objects that would let an unknown field pass."""
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[-1]
        if name not in seen:
            seen.add(name)
            yield from closed(definitions[name], definitions, seen)
        return
    if "properties" in schema and schema.get("additionalProperties") is not False:
        yield schema.get("title", "?")
    inner = [*schema.get("properties", {}).values(), *schema.get("anyOf", ()), *schema.get("oneOf", ())]
    inner += [schema["items"]] if isinstance(schema.get("items"), dict) else []
    for each in inner:
        yield from closed(each, definitions, seen)


def test_every_request_body_refuses_fields_it_does_not_know(apps):
    leaky = {}
    for service, operation in operations(apps):
        if operation._body is not None:
            # The items of a batch are bodies of the creation, which is here itself.
            body = ItemsIn if isinstance(operation, Batch) else operation.body_model
            schema = body.model_json_schema()
            if found := list(closed(schema, schema.get("$defs", {}), set())):
                leaky[f"{service} {operation.name}"] = found

    assert leaky == {}


def test_every_path_is_served_by_one_operation_of_one_service(apps):
    places = sorted(
        (operation.method, _ANY_VALUE.sub("{}", operation.path), service, operation.name)
        for service, operation in operations(apps)
        if operation.path not in ("/internal/events", "/internal/audit", "/internal/clock") and not is_hidden(operation)
    )
    doubled = [found for _, group in groupby(places, key=lambda place: place[:2]) if len(found := list(group)) > 1]

    assert doubled == []


def test_every_noun_is_served_by_one_service(apps):
    nouns = {}
    for service, operation in operations(apps):
        if operation.segments[0] == "v1" and not is_hidden(operation):
            nouns.setdefault(operation.segments[1], set()).add(service)

    assert {noun: services for noun, services in nouns.items() if len(services) > 1} == {}


def test_operations_have_names_of_their_own(apps):
    names = sorted((each.name, service) for service, each in operations(apps) if each.in_spec)
    doubled = [found for _, group in groupby(names, key=lambda name: name[0]) if len(found := list(group)) > 1]

    assert doubled == []


def test_every_operation_says_what_it_does(apps):
    documented = [(service, each) for service, each in operations(apps) if each.in_spec]

    assert [f"{service} {each.name}" for service, each in documented if not each.description] == []


def test_equal_names_of_components_are_equal_schemas(apps):
    seen, different = {}, []
    for service, app in apps.items():
        for name, schema in app.openapi()["components"]["schemas"].items():
            first, known = seen.setdefault(name, (service, schema))
            if known != schema:
                different.append(f"{name}: {first} and {service}")

    assert different == []


def test_every_noun_that_can_be_created_can_be_created_many_times_at_once(apps):
    creations = {
        operation.path
        for _, operation in operations(apps)
        if operation.method == "POST" and operation.path == f"/v1/{operation.noun}" and operation.status == 201
    }
    batches = {
        operation.path.removesuffix("/batch") for _, operation in operations(apps) if isinstance(operation, Batch)
    }

    # Each of these shows a secret, is public, takes a file, is long work, or exists once in a tenant.
    assert creations - batches == {
        f"/v1/{noun}"
        for noun in "api-keys applications files imports oauth-clients recalculations second-factors sessions test-clocks"
        " webhook-endpoints".split()
    }


def test_a_write_can_be_repeated_safely(apps):
    reads = {"GET"}

    assert [each.name for _, each in operations(apps) if each.method in reads and each.writes] == []


def published():
    for module in pkgutil.iter_modules(catalog.__path__):
        import_module(f"{catalog.__name__}.{module.name}")
    return [each for each in Event.__subclasses__() if each.__module__.startswith(catalog.__name__)]


def test_types_of_events_are_unique():
    types = sorted(each.type for each in published())

    assert [name for name, group in groupby(types) if len(list(group)) > 1] == []


@pytest.mark.parametrize("event", published(), ids=lambda event: event.type)
def test_an_event_has_a_version_and_says_what_happened(event):
    assert re.fullmatch(r"[a-z_]+(\.[a-z_]+)+\.v[1-9][0-9]*", event.type)
    assert event.__doc__ and event.__doc__ != Event.__doc__


def test_only_the_catalogue_publishes_events(apps):
    published()
    # A consumer of everything reads events by the type "*"; nobody can publish that.
    named = [each for each in Event.__subclasses__() if each.type != "*"]
    elsewhere = [each for each in named if each.__module__.split(".")[0] in ("services", "gateway")]

    assert elsewhere == []


def test_what_says_why_in_its_body_changes_something_in_a_transaction_that_keeps_it(apps):
    asked = [
        (service, operation)
        for service, operation in operations(apps)
        if operation.takes_json and {"reason", "reason_code"} & operation.body_model.model_fields.keys()
    ]

    assert len(asked) > 50
    assert [f"{service} {each.name}" for service, each in asked if not (each.reasons and each.writes)] == []


# What their paths name is no object that its caller could see before its body, and why.
OF_NO_ROW = {
    "accept_invitation": "the secret of the mail names it, and who has it is nobody yet",
    "confirm_reset": "the secret of the mail names it, and who has it is nobody yet",
    "confirm_second_factor": "whoever guesses is held up before anything is looked at",
    "remove_second_factor": "whoever guesses is held up before anything is looked at",
    "put_deal_by_external_reference": "there may be nothing yet",
    "put_direct_opportunity_by_external_reference": "there may be nothing yet",
    "put_lead_by_external_reference": "there may be nothing yet",
    "put_partner_by_external_reference": "there may be nothing yet",
}


def test_whether_its_object_is_there_is_said_before_what_is_wrong_with_a_body(apps):
    blind = {
        operation.name
        for _, operation in operations(apps)
        if operation.takes_json and operation.row_name and operation.about is None and not is_internal(operation)
    }

    assert blind == OF_NO_ROW.keys()
