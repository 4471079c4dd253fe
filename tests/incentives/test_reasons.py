"""Why money was decided on so: what people say is kept in the audit trail."""

from tests.incentives.make import FLAT, Shop, component


async def test_why_a_payment_was_decided_so_is_kept_with_it(shop: Shop) -> None:
    await shop.plan(component(bands=FLAT))
    partner = await shop.partner()
    await shop.win(partner, 100_000)
    statement = await shop.statement(partner, published=False)
    for verb, reason in (("approve", "Checked."), ("publish", "March is over.")):
        assert (await shop.vendor.act(f"/v1/statements/{statement['id']}", verb, {"reason": reason})).status == 200
    payout = await shop.act(await shop.payout(statement), "approve", {"reason": "In order."}, by=shop.someone_else())
    unknown = await shop.act(payout, "cancel", {"because": "Bank closed."})
    payout = await shop.act(payout, "cancel", {"reason": "Bank closed."})

    kept = await shop.tenant.system.superuser.fetch(
        "SELECT subject, reason FROM incentives.audit_records WHERE tenant_id = $1 AND reason IS NOT NULL ORDER BY place",
        shop.tenant.id,
    )

    assert (unknown.status, unknown["errors"][0]["pointer"]) == (422, "/because")
    assert payout["status"] == "cancelled"
    decided = [(each["subject"], each["reason"]) for each in kept if each["subject"] in (statement["id"], payout["id"])]
    assert decided == [
        (statement["id"], "Checked."),
        (statement["id"], "March is over."),
        (payout["id"], "In order."),
        (payout["id"], "Bank closed."),
    ]
