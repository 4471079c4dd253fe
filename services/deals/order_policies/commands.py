"""Drafting order policies and bringing them into force."""

from typing import Final

from services.deals.order_policies import queries
from services.deals.order_policies.rules import policy_of
from services.deals.order_policies.schemas import OrderPolicyIn, OrderPolicyPatch
from services.deals.order_policies.tables import order_policies
from shared.auth.principal import Caller
from shared.auth.sides import vendor_only
from shared.db.resource import Row
from shared.db.tx import Tx, require_version
from shared.errors import InvalidTransition

_TAKE_TURN: Final = "SELECT pg_advisory_xact_lock(hashtextextended($1 || ' order policies', 0))"


async def create(tx: Tx, body: OrderPolicyIn, *, caller: Caller) -> Row:
    """Draft a policy; raises InvalidRule for a rule that cannot be used."""
    vendor_only(caller)
    parts = body.model_dump(include=set(queries.PARTS))
    policy_of(version=1, **parts)
    return await tx.insert(order_policies, id=body.id or tx.new_id("opol"), status="draft", **parts)


async def change(tx: Tx, body: OrderPolicyPatch, *, policy_id: str, version: int | None, caller: Caller) -> Row:
    """Change a draft; raises InvalidTransition for a published policy, InvalidRule for a rule that cannot be used."""
    vendor_only(caller)
    row = await tx.lock(order_policies, policy_id)
    if row["status"] != "draft":
        raise InvalidTransition("A published policy never changes; draft a new one.")
    require_version(row, version)
    changes = body.model_dump(include=body.model_fields_set)
    policy_of(version=1, **({name: row[name] for name in queries.PARTS} | changes))
    return await tx.update(order_policies, row, **changes)


async def publish(tx: Tx, *, policy_id: str, version: int | None, caller: Caller) -> Row:
    """Bring a draft into force as the next version; orders submitted before keep what was decided about them."""
    vendor_only(caller)
    row = await tx.lock_for(order_policies, policy_id, action="publish", lifecycle=queries.LIFECYCLE, version=version)
    await tx.connection.execute(_TAKE_TURN, tx.tenant_id)
    drawn = int(await tx.value(queries.LAST_VERSION)) + 1
    return await tx.update(order_policies, row, status="published", policy_version=drawn, published_at=tx.now)
