"""Who answers for what a key or an app does: the person who was shown its secret."""

import base64

import orjson

from tests.gateway.make import accept, address, api_key, post_form, signed_in, token_mailed, vendor, with_key
from tests.system import Client, System


def answers_for(caller: Client) -> str | None:
    """The person that a caller's token names beside the key or the app itself."""
    assert caller.token is not None
    payload = caller.token.split(".")[1]
    claims = orjson.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    found: str | None = claims.get("holder")
    return found


async def test_a_key_is_answered_for_by_the_person_who_made_it(system: System) -> None:
    office = await vendor(system)
    boss = await office.admin()

    script = await with_key(office, (await api_key(boss, "api-keys:*"))["key"])

    assert answers_for(script) == office.account_id
    assert answers_for(boss) is None


async def test_a_key_made_by_a_key_is_answered_for_by_the_same_person(system: System) -> None:
    office = await vendor(system)
    script = await with_key(office, (await api_key(await office.admin(), "api-keys:*"))["key"])

    made_by_it = await with_key(office, (await api_key(script, "api-keys:read"))["key"])

    assert answers_for(made_by_it) == office.account_id


async def test_whoever_rotates_a_key_answers_for_the_new_secret_and_not_for_the_old_one(system: System) -> None:
    office = await vendor(system)
    boss = await office.admin()
    first = await api_key(boss, "api-keys:*")
    mail = address("colleague")
    colleague = {"email": mail, "given_name": "Ōe", "family_name": "Kenzaburō", "roles": ["tenant_admin"]}
    invited = await boss.post("/v1/accounts", colleague)
    await boss.act(f"/v1/accounts/{invited['id']}", "invite")
    await accept(office.tenant, await token_mailed(office.tenant, mail))
    other = await signed_in(office.tenant, mail)

    second = await other.act(f"/v1/api-keys/{first['id']}", "rotate")

    assert answers_for(await with_key(office, first["key"])) == office.account_id
    assert answers_for(await with_key(office, second["key"])) == invited["id"]


async def test_an_app_is_answered_for_by_the_person_who_was_shown_its_secret(system: System) -> None:
    office = await vendor(system)
    made = await (await office.admin()).post("/v1/oauth-clients", {"name": "ERP", "scopes": ["deals:read"]})

    basic = (made["client_id"], made["client_secret"])
    grant = await post_form(office.tenant, "/oauth/token", {"grant_type": "client_credentials"}, basic=basic)

    assert answers_for(Client(system, grant["access_token"], office.tenant)) == office.account_id
