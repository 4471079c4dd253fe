"""Every body and every answer of the specification has an example, and it is one."""

import jsonschema_rs
import orjson
import pytest

from gateway.publish.specifications import committed

SCHEMAS = {name: schema for each in committed().values() for name, schema in each["components"]["schemas"].items()}
EXEMPLIFIED = {name: schema["examples"][0] for name, schema in SCHEMAS.items() if "examples" in schema}


def bodies(apps):
    return {
        operation._body[1].__name__: operation._body[1]
        for app in apps.values()
        for operation in app.operations
        if operation.in_spec and operation._body is not None
    }


def test_every_body_has_an_example_that_is_accepted(apps):
    refused = {}
    for name, model in bodies(apps).items():
        if name.endswith("BatchIn"):
            continue
        try:
            model.model_validate_json(orjson.dumps(EXEMPLIFIED[name]))
        except (ValueError, KeyError) as error:
            refused[name] = str(error)

    assert refused == {}


@pytest.mark.parametrize("name", sorted(EXEMPLIFIED))
def test_an_example_is_what_its_schema_says(name):
    schema = {**SCHEMAS[name], "components": {"schemas": SCHEMAS}}

    jsonschema_rs.validate(schema, EXEMPLIFIED[name], validate_formats=True)
