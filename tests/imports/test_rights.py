"""Who is offered what an import does with its objects, and shown what they are to be."""

from typing import Any

import pytest

from shared.auth.principal import Caller
from shared.imports.objects import Importable
from shared.imports.rights import kept_from
from tests.imports.make import key, of_rows
from tests.partners.make import working_partner
from tests.system import Client, Response, Tenant

PERSON = {"given_name": "Ágnes", "family_name": "Őri", "email": "agnes@globex.hu", "roles": ["sales"]}
DEAL = {"title": "A large plan", "customer": {"name": "Globex"}, "product_family": "pumps"}
ALL = ("validate", "run", "rollback")
OVER = {"target": "deal", "status": "succeeded", "rollback_until": None}
OPEN = {"target": "deal", "status": "validated", "rollback_until": None}


@pytest.fixture
async def partner(tenant: Tenant) -> str:
    return str(await working_partner(tenant.vendor()))


async def preview(client: Client, path: str) -> Response:
    return await client.get(f"{path}/preview")


async def test_an_import_is_worked_on_by_whoever_may_make_its_objects_and_by_nobody_else(tenant: Tenant, partner: str):
    made = await of_rows(tenant.vendor(), "person", [{**PERSON, "partner_id": partner}])
    await made.act("validate")
    without, allowed = tenant.vendor("imports:*"), tenant.vendor("imports:* people:*")

    for client, offered in ((without, []), (allowed, ["validate", "run"])):
        seen = await client.get(made.path)
        assert seen["allowed_actions"] == offered
        assert [each["allowed_actions"] for each in (await client.get("/v1/imports"))["data"]] == [offered]
    for verb in ALL[:2]:
        assert (await without.act(made.path, verb, **key())).problem == "forbidden"
    another = await of_rows(tenant.vendor(), "person", [{**PERSON, "partner_id": partner}])
    more = {"sequence": 2, "rows": [{**PERSON, "partner_id": partner}]}
    assert (await without.post(f"{another.path}/rows", more)).problem == "forbidden"
    assert (await allowed.post(f"{another.path}/rows", more)).status == 200


async def test_what_is_to_be_imported_is_shown_to_whoever_may_read_such_objects_and_to_whoever_sent_it(
    tenant: Tenant, partner: str
):
    await tenant.vendor().post("/v1/product-families", {"code": "pumps", "name": "Pumps"})
    await tenant.system.settle()
    sender = tenant.partner(partner, "imports:* deals:write")
    made = await of_rows(sender, "deal", [DEAL])
    await made.act("validate")
    assert await made.errors() == []

    for scope in ("imports:read", "imports:read people:read", "imports:read deals:read:own"):
        refused = await preview(tenant.partner(partner, scope), made.path)
        assert refused.problem == "forbidden" and DEAL["title"].encode() not in refused.body
    for client in (sender, tenant.partner(partner, "imports:read deals:read"), tenant.vendor()):
        assert (await preview(client, made.path))["rows"][0]["body"]["title"] == DEAL["title"]
    rival = await working_partner(tenant.vendor(), name="Rival", country="HU")
    for scope in ("imports:read deals:read", "imports:read"):
        assert (await preview(tenant.partner(rival, scope), made.path)).status == 404


@pytest.mark.parametrize(
    ("kind", "scope", "by", "row", "kept"),
    [
        ("vendor", "imports:* deals:write", None, OPEN, ()),
        ("vendor", "imports:* deals:read", None, OPEN, ALL),
        ("vendor", "imports:*", None, OPEN, ALL),
        ("vendor", "imports:* deals:write:assigned", None, OPEN, ALL),
        ("vendor", "imports:* deals:write", None, OVER, ("run", "rollback")),
        ("vendor", "imports:*", None, OVER, ALL),
        ("partner", "imports:* deals:write", None, OPEN, ()),
        ("partner", "imports:* deals:write:own", None, OPEN, ALL),
        ("partner", "imports:* deals:write", "vendor", OPEN, ALL),
        ("vendor", "imports:* deals:write", "vendor", OPEN, ()),
    ],
)
def test_what_the_objects_keep_from_a_caller(kind: Any, scope: str, by: Any, row: Any, kept: Any):
    caller = Caller(kind, "tnt_1", "acc_1", "ptr_1" if kind == "partner" else None, scope)
    deal: Any = Importable("deal", "deals", *[None] * 3, by=by)  # type: ignore[arg-type]

    assert kept_from(row, caller, objects={"deal": deal}) == kept
