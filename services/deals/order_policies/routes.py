"""The noun `order-policies`."""

from services.deals.order_policies import commands
from services.deals.order_policies.queries import ORDER_POLICIES
from services.deals.order_policies.schemas import OrderPolicyIn, OrderPolicyOut, OrderPolicyPatch
from shared.db.resource import Row
from shared.errors import AlreadyExists
from shared.rules import InvalidRule
from shared.web.params import Principal, Tx, Version
from shared.web.router import Router

router = Router("order-policies")
router.lists(ORDER_POLICIES, OrderPolicyOut, summary="Order policies, newest first.")
router.reads(ORDER_POLICIES, OrderPolicyOut, summary="One order policy.")


@router.post(
    permission="order-policies:write",
    returns=ORDER_POLICIES,
    out=OrderPolicyOut,
    status=201,
    problems=[InvalidRule, AlreadyExists],
)
async def create_order_policy(body: OrderPolicyIn, tx: Tx, caller: Principal) -> Row:
    """Draft what is to be checked of orders, and which of them are accepted without a person."""
    return await commands.create(tx, body, caller=caller)


@router.patch(permission="order-policies:write", returns=ORDER_POLICIES, out=OrderPolicyOut, problems=[InvalidRule])
async def change_order_policy(id: str, body: OrderPolicyPatch, tx: Tx, caller: Principal, version: Version) -> Row:
    """Change a draft."""
    return await commands.change(tx, body, policy_id=id, version=version, caller=caller)


@router.post("/{id}/publish", permission="order-policies:approve", returns=ORDER_POLICIES, out=OrderPolicyOut)
async def publish_order_policy(id: str, tx: Tx, caller: Principal, version: Version) -> Row:
    """Bring a draft into force; it never changes again."""
    return await commands.publish(tx, policy_id=id, version=version, caller=caller)
