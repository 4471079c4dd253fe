"""What was answered is kept for a repetition, and not longer."""

from shared import clock
from shared.web.kept_answers import KeptAnswers
from tests.system import Tenant

_KEPT = "SELECT key FROM deals.idempotency_keys WHERE tenant_id = $1"


async def test_an_answer_is_deleted_when_it_is_not_given_any_more(tenant: Tenant) -> None:
    vendor, root = tenant.vendor(), tenant.system.superuser
    for code in ("old", "new"):
        await vendor.post("/v1/product-families", {"code": code, "name": code}, idempotency_key=f"family-{code}")
    aged = "UPDATE deals.idempotency_keys SET created_at = now() - interval '8 days' WHERE tenant_id = $1 AND key = $2"
    await root.execute(aged, tenant.id, "family-old")
    answers = KeptAnswers(tenant.system.apps["deals"].state.database, wall=clock.now)

    assert await answers.step() >= 1

    assert [row["key"] for row in await root.fetch(_KEPT, tenant.id)] == ["family-new"]
