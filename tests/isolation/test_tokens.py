"""A token that has ended opens nothing, whatever it carried: expired, revoked, of another time or for somebody else."""

import time

import pytest

from tests.gateway import make as identity
from tests.isolation.calls import calls, name_of
from tests.isolation.place import Place
from tests.isolation.staff import door
from tests.isolation.test_permissions import GUARDED, values
from tests.responses import Specified
from tests.system import Client, System

HOUR = 3600


@pytest.fixture(scope="module")
async def ended(place: Place, system: System) -> dict[str, Client]:
    """Callers with every right, whose tokens have ended in different ways."""
    entrance, tenant, now = door(system), place.tenant, int(time.time())
    everything = {"tenant": tenant.id, "mode": tenant.mode, "scope": "*:*", "sub": place.vendor.account_id}
    office = await identity.vendor(system)
    signed_out = await office.admin()
    (session,) = (await signed_out.get("/v1/sessions"))["data"]
    over = await signed_out.request("DELETE", f"/v1/sessions/{session['id']}", headers={"if-match": "*"})
    assert over.status == 204
    await system.settle()
    tokens = {
        "expired": system.token(**everything, iat=now - 2 * HOUR, exp=now - HOUR),
        "not yet": system.token(**everything, iat=now + HOUR, exp=now + 2 * HOUR),
        "for services": system.token(**everything | {"aud": "internal", "kind": "internal"}),
        "revoked": str(signed_out.token),
    }
    return {name: Client(entrance, token, tenant) for name, token in tokens.items()}


@pytest.mark.parametrize("operation", GUARDED, ids=name_of)
async def test_a_token_that_has_ended_opens_nothing(ended: dict[str, Client], operation: Specified) -> None:
    for how, caller in ended.items():
        answer = await calls(caller, operation, values=values(operation))

        assert (answer.status, answer.problem) == (401, "invalid_token"), how
