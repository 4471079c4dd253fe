"""The first journey: from a lead to money in the partner's account, over HTTP, in one process and in five."""

from datetime import date

from shared import clock
from tests.journeys.world import Person, World, eventually

BANDS = [
    {"from": 0, "to": 10_000_000, "rate": "0.05"},
    {"from": 10_000_000, "to": 25_000_000, "rate": "0.08"},
    {"from": 25_000_000, "to": None, "rate": "0.10"},
]


async def plan_with_bands(admin: Person) -> str:
    plan = await admin.make("/v1/plans", {"name": "Reseller commission", "currency": "EUR"})
    component = {"basis": "booking", "period": "year", "bands": BANDS}
    version = await admin.make(
        "/v1/plan-versions",
        {
            "plan_id": plan["id"],
            "effective_from": "2020-01-01",
            "components": [
                {"code": "marginal", "mode": "marginal", **component},
                {"code": "retroactive", "mode": "retroactive", **component},
            ],
        },
    )
    await admin.done(f"/v1/plan-versions/{version['id']}", "publish")
    await admin.make("/v1/plan-assignments", {"plan_id": plan["id"], "level": "all", "effective_from": "2020-01-01"})
    return str(plan["id"])


def quarter_of(day: date) -> dict[str, str]:
    """The quarter that a day is in."""
    start = date(day.year, 3 * ((day.month - 1) // 3) + 1, 1)
    end = date(day.year + 1, 1, 1) if day.month > 9 else date(day.year, start.month + 3, 1)
    return {"from": start.isoformat(), "to": end.isoformat()}


async def earned(person: Person, deal_id: str, *, lines: int) -> dict[str, int]:
    """Return what a deal has earned by component, once that many lines are there."""

    async def look() -> list[dict] | None:
        found = (await person.get(f"/v1/earnings?deal_id={deal_id}"))["data"]
        return found if len(found) >= lines else None

    sums: dict[str, int] = {}
    for line in await eventually(look, what=f"{lines} earnings of {deal_id}"):
        sums[line["rule"]] = sums.get(line["rule"], 0) + line["amount"]["amount"]
    return sums


async def test_a_lead_becomes_a_deal_a_commission_and_a_payout(world: World) -> None:
    root = await world.signs_in(*world.administrator)
    today = clock.now().date()
    program = await world.colleague(root, "program_admin")
    desk = await world.colleague(root, "deal_desk")
    leads = await world.colleague(root, "lead_manager")
    incentives = await world.colleague(root, "incentive_admin")
    payer = await world.colleague(root, "finance_approver")
    await program.make("/v1/product-families", {"code": "erp", "name": "ERP"})
    await plan_with_bands(incentives)

    acme = await world.reseller(program, name="Őrsi és Társa Kft.", country="HU", domain="orsi.example", tax_id=None)
    rival = await world.reseller(program, name="ООО Ромашка", country="RU", domain="romashka.example", tax_id=None)

    # A lead is routed; whoever is asked first may decline, until our reseller has it.
    lead = await leads.make(
        "/v1/leads",
        {
            "company": {"name": "Globex GmbH", "domain": "globex.example", "country": "DE", "tax_id": None},
            "contact": {"given_name": "Jürgen", "family_name": "Groß", "email": "j.gross@globex.example"},
            "source": "trade-fair",
            "product_family": "erp",
            "country": "DE",
        },
    )
    path = f"/v1/leads/{lead['id']}"
    offered = await leads.done(path, "route")
    if offered["offer"]["partner_id"] == rival.partner_id:
        await rival.done(path, "decline", {"reason": "no capacity"})
    assert (await acme.get(path))["status"] == "offered"
    await acme.done(path, "accept")
    converted = await acme.do(
        path, "convert", {"title": "ERP for Globex", "amount": {"amount": 9_000_000, "currency": "EUR"}}
    )
    assert converted.status_code in (200, 202), converted.text
    deal_id = converted.json()["deal_id"]

    async def arrived() -> dict | None:
        answer = await acme.call("GET", f"/v1/deals/{deal_id}")
        return answer.json() if answer.status_code == 200 and answer.json()["status"] != "submitted" else None

    deal = await eventually(arrived, what="the deal of the converted lead")
    if deal["status"] == "in_review":
        deal = await desk.done(f"/v1/deals/{deal_id}", "approve", {})
    assert deal["status"] == "approved"

    # The rival cannot take the customer, and learns nothing about who has it.
    check = await rival.call(
        "POST",
        "/v1/conflict-checks",
        {"customer": {"name": "GLOBEX", "domain": "www.globex.example"}, "product_family": "erp"},
    )
    assert check.json()["class"] == "blocking"
    assert acme.partner_id not in check.text
    theirs = await rival.make(
        "/v1/deals",
        {
            "title": "Globex ERP",
            "customer": {"name": "GLOBEX", "domain": "www.globex.example", "country": "DE", "tax_id": None},
            "product_family": "erp",
            "amount": {"amount": 5_000_000, "currency": "EUR"},
            "expected_close_on": "2027-06-30",
        },
    )
    await rival.done(f"/v1/deals/{theirs['id']}", "submit")
    refused = await desk.do(f"/v1/deals/{theirs['id']}", "approve", {})
    assert refused.status_code == 409
    assert refused.json()["code"] == "customer_already_protected"

    # Won: 90,000.00 and then 30,000.00 more earn what the golden figures say.
    await acme.done(f"/v1/deals/{deal_id}", "stage", {"stage": "qualified"})
    won = await acme.done(
        f"/v1/deals/{deal_id}",
        "win",
        {"amount": {"amount": 9_000_000, "currency": "EUR"}, "closed_on": today.isoformat()},
    )
    assert won["status"] == "won"
    assert await earned(acme, deal_id, lines=2) == {"marginal": 450_000, "retroactive": 450_000}
    second = await acme.make(
        "/v1/deals",
        {
            "title": "ERP for Initech",
            "customer": {"name": "Initech Zrt.", "domain": "initech.example", "country": "HU", "tax_id": None},
            "product_family": "erp",
            "amount": {"amount": 3_000_000, "currency": "EUR"},
            "expected_close_on": "2027-06-30",
        },
    )
    registered = await acme.done(f"/v1/deals/{second['id']}", "submit")
    if registered["status"] == "in_review":
        await desk.done(f"/v1/deals/{second['id']}", "approve", {})
    await acme.done(
        f"/v1/deals/{second['id']}",
        "win",
        {"amount": {"amount": 3_000_000, "currency": "EUR"}, "closed_on": today.isoformat()},
    )
    lines = 3
    assert await earned(acme, second["id"], lines=lines) == {"marginal": 210_000, "retroactive": 510_000}

    # Every amount says why.
    line = (await acme.get(f"/v1/earnings?deal_id={second['id']}"))["data"][0]
    why = await acme.get(f"/v1/earnings/{line['id']}/explanation")
    assert why["earning_id"] == line["id"]

    # A statement, and money that two people have to agree on.
    statement = await incentives.make("/v1/statements", {"partner_id": acme.partner_id, "period": quarter_of(today)})
    assert statement["total"] == {"amount": 450_000 * 2 + 210_000 + 510_000, "currency": "EUR"}
    await payer.done(f"/v1/statements/{statement['id']}", "approve")
    await payer.done(f"/v1/statements/{statement['id']}", "publish")
    payout = await payer.make("/v1/payouts", {"statement_ids": [statement["id"]]}, idempotency_key="journey-payout-1")
    path = f"/v1/payouts/{payout['id']}"
    alone = await payer.do(path, "approve", idempotency_key="journey-approve-1")
    assert (alone.status_code, alone.json()["code"]) == (403, "four_eyes")
    colleague = await world.colleague(root, "tenant_admin")
    await colleague.done(path, "approve", idempotency_key="journey-approve-2")
    await payer.done(path, "submit", idempotency_key="journey-submit")
    paid = await payer.done(path, "confirm", idempotency_key="journey-confirm")
    assert paid["status"] == "paid"

    # The sale is given back: exactly what it earned is taken back, and the books balance.
    await desk.make(
        "/v1/returns",
        {
            "deal_id": second["id"],
            "amount": {"amount": 3_000_000, "currency": "EUR"},
            "returned_on": today.isoformat(),
            "reason": "project cancelled",
        },
    )

    async def taken_back() -> bool:
        return sum((await earned(acme, second["id"], lines=lines)).values()) == 0

    await eventually(taken_back, what="the clawback")
    balance = await payer.get("/v1/ledger/trial-balance")
    assert balance["balanced"]
    assert all(total["debit"] == total["credit"] for total in balance["totals"])
