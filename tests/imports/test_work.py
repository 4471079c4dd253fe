"""The work of imports: its walls, its breaks, and taking it back."""

import pytest

from shared.imports import work
from tests.imports.make import carried_out, key, of_rows
from tests.imports.test_rows import lead
from tests.leads.make import family
from tests.partners.make import working_partner

DEAL = {"title": "Насосы", "customer": {"name": "東京商社"}, "product_family": "pumps"}


@pytest.fixture
async def vendor(tenant):
    await family(tenant)
    vendor = tenant.vendor()
    await vendor.post("/v1/product-families", {"code": "pumps", "name": "Pumps"})
    return vendor


async def leads_of(vendor):
    return (await vendor.get("/v1/leads", limit=200))["data"]


async def test_a_partner_imports_deals_of_its_own_and_sees_no_others_import(tenant, vendor):
    ours, theirs = await working_partner(vendor), await working_partner(vendor, name="Rival", country="HU")
    await tenant.system.settle()
    seller, rival = tenant.partner(ours), tenant.partner(theirs)

    made = await of_rows(seller, "deal", [DEAL, {**DEAL, "partner_id": theirs}])
    await made.act("validate")
    await made.act("run", {"only_valid": True})

    assert await made.errors() == [(2, None, "/partner_id", "unknown_partner")]
    assert [(each["partner_id"], each["status"]) for each in (await seller.get("/v1/deals"))["data"]] == [
        (ours, "draft")
    ]
    for stranger in (rival, tenant.system.tenant().vendor()):
        for path in (made.path, f"{made.path}/preview", f"{made.path}/row-errors"):
            assert (await stranger.get(path)).status == 404
        assert (await stranger.post(f"{made.path}/rows", {"sequence": 1, "rows": []})).status == 404
    assert (await made.state()).status == 200 and (await vendor.get(made.path)).status == 200
    assert (await rival.get("/v1/imports"))["data"] == []


async def test_taking_back_leaves_the_deals_that_somebody_has_worked_on_and_tells_of_the_others(tenant, vendor):
    seller = tenant.partner(await working_partner(vendor))
    await tenant.system.settle()
    made = await of_rows(seller, "deal", [DEAL, {**DEAL, "title": "Another"}])
    await carried_out(made)
    worked_on, other = (await seller.get("/v1/deals"))["data"]
    assert (await seller.post(f"/v1/deals/{worked_on['id']}/notes", {"text": "Called them."})).status == 201

    await made.act("rollback")

    assert [each["id"] for each in (await seller.get("/v1/deals"))["data"]] == [worked_on["id"]]
    assert [code for *_, code in await made.errors()] == ["in_use"]
    told = (await vendor.get("/v1/events", limit=200))["data"]
    assert [each["subject"] for each in told if each["type"] == "deal.removed.v1"] == [other["id"]]


async def test_only_who_may_make_the_objects_imports_them(tenant, vendor):
    partner = await working_partner(vendor)

    for client in (tenant.vendor("imports:*"), tenant.partner(partner, "imports:*"), tenant.partner(partner)):
        answer = await client.post("/v1/imports", {"object": "lead"}, **key())
        assert answer.problem == "forbidden"
    narrow = tenant.partner(partner, "imports:* deals:write:own")
    assert (await narrow.post("/v1/imports", {"object": "deal"}, **key())).problem == "forbidden"


async def test_an_import_is_taken_back_but_for_what_somebody_has_touched(vendor):
    made = await of_rows(vendor, "lead", [lead(number) for number in range(3)], external_system="crm")
    await carried_out(made)
    touched = (await leads_of(vendor))[0]
    assert (await vendor.act(f"/v1/leads/{touched['id']}", "qualify")).status == 200

    begun = await made.act("rollback")

    assert begun.status == 202
    told = await vendor.get(f"/v1/operations/{begun['id']}")
    assert (told["counts"], told["progress"]["done"]) == ({"removed": 2, "left": 1}, told["progress"]["total"])
    assert [each["id"] for each in await leads_of(vendor)] == [touched["id"]]
    counts = (await made.state())["counts"]
    assert (counts["removed"], counts["left"]) == (2, 1)
    assert [code for _, _, _, code in await made.errors()] == ["changed_since"]
    again = await of_rows(vendor, "lead", [lead(0), lead(1), lead(2)], external_system="crm", mode="upsert")
    assert (await carried_out(again))["counts"]["created"] == 2


async def test_what_an_import_changed_gets_its_former_values_back(vendor):
    await carried_out(await of_rows(vendor, "lead", [lead(1)], external_system="crm"))
    before = (await leads_of(vendor))[0]
    changed = lead(1, source="mail", contact={"given_name": "Anna"}, amount={"amount": 5, "currency": "JPY"})
    made = await of_rows(vendor, "lead", [changed], external_system="crm", mode="upsert")
    await carried_out(made)
    assert (await leads_of(vendor))[0]["source"] == "mail"

    await made.act("rollback")

    after = (await leads_of(vendor))[0]
    kept = ("source", "contact", "amount", "company", "external_references")
    assert {name: after[name] for name in kept} == {name: before[name] for name in kept}
    assert (await made.state())["counts"]["restored"] == 1


async def test_after_a_day_nothing_is_taken_back_and_nothing_of_the_rows_is_kept(tenant, vendor):
    made = await of_rows(vendor, "lead", [lead(1)], external_system="crm")
    await carried_out(made)

    await tenant.advance(hours=25)

    assert (await made.state())["allowed_actions"] == []
    assert (await made.act("rollback")).problem == "rollback_closed"
    kept = "SELECT count(*) FROM leads.import_rows WHERE import_id = $1"
    assert await tenant.system.superuser.fetchval(kept, made.id) == 0


async def test_an_import_that_nobody_runs_is_given_up_after_a_week(tenant, vendor):
    made = await of_rows(vendor, "lead", [lead(1)], external_system="crm")

    await tenant.advance(days=8)

    given_up = await made.state()
    assert (given_up["status"], given_up["allowed_actions"]) == ("cancelled", [])
    assert (await made.act("run")).problem == "rows_gone"


async def test_imported_partners_people_and_customers_are_taken_back(vendor):
    partners = await of_rows(vendor, "partner", [{"name": "Őrző Kft.", "country": "HU"}])
    await carried_out(partners)
    partner = (await vendor.get("/v1/partners"))["data"][0]
    person = {"partner_id": partner["id"], "given_name": "A", "family_name": "B", "email": "a@b.hu", "roles": ["sales"]}
    people = await of_rows(vendor, "person", [person])
    await carried_out(people)
    customers = await of_rows(vendor, "customer", [{"name": "Globex AG", "domain": "globex.de", "country": "DE"}])
    await carried_out(customers)

    await partners.act("rollback")
    assert [code for _, _, _, code in await partners.errors()] == ["in_use"]
    for made in (people, customers):
        await made.act("rollback")
        assert (await made.state())["counts"]["removed"] == 1
    assert (await vendor.get("/v1/people"))["data"] == []
    assert (await vendor.get("/v1/customers"))["data"] == []
    again = await of_rows(vendor, "customer", [{"name": "Globex AG", "domain": "globex.de", "country": "DE"}])
    assert (await carried_out(again))["counts"]["created"] == 1


async def test_customers_of_one_file_that_are_the_same_company_become_one(vendor):
    rows = [{"name": name, "domain": "globex.de", "country": "DE"} for name in ("Globex AG", "GLOBEX")]
    made = await of_rows(vendor, "customer", rows)

    done = await carried_out(made)

    assert len((await vendor.get("/v1/customers"))["data"]) == 1
    assert done["counts"]["created"] == 1


async def test_partners_of_one_file_that_are_the_same_company_are_found_before_the_run(vendor):
    rows = [{"name": name, "website": "globex.de", "country": "DE"} for name in ("Globex AG", "Globex Holding")]
    made = await of_rows(vendor, "partner", rows)

    await made.act("validate")

    assert await made.errors() == [(2, None, "", "duplicate_in_file")]


async def test_a_row_that_fails_only_in_the_run_fails_alone(vendor):
    made = await of_rows(vendor, "lead", [lead(number) for number in range(3)], external_system="crm")
    await made.act("validate")
    body = {name: value for name, value in lead(1).items() if name != "external_id"}
    taken = [{"system": "crm", "type": "lead", "id": "1"}]
    assert (await vendor.post("/v1/leads", {**body, "external_references": taken})).status == 201

    await made.act("run")

    counts = (await made.state())["counts"]
    assert (counts["created"], counts["failed"]) == (2, 1)
    assert [(row, code) for row, _, _, code in await made.errors()] == [(2, "external_reference_taken")]
    assert len(await leads_of(vendor)) == 3


async def test_a_run_that_is_cancelled_goes_on_with_the_rows_that_are_left(vendor, monkeypatch):
    monkeypatch.setattr(work, "AT_ONCE", 10)
    made = await of_rows(vendor, "lead", [lead(number) for number in range(35)], external_system="crm")
    await made.act("validate")
    started = await vendor.act(made.path, "run", {}, **key())
    carry_out, steps = work._carry_out, 0

    async def counted(tx, chunk):
        nonlocal steps
        steps += 1
        statuses = await carry_out(tx, chunk)
        if steps == 2:
            operation = (
                f"UPDATE operations SET status = 'cancelling', cancelled_by = 'test' WHERE id = '{started['id']}'"
            )
            tx.after_commit(lambda: _execute(vendor, operation))
        return statuses

    monkeypatch.setattr(work, "_carry_out", counted)
    await vendor.system.settle()
    stopped = (await made.state()).json
    monkeypatch.setattr(work, "_carry_out", carry_out)
    await made.act("run")

    assert (stopped["status"], stopped["counts"]["created"]) == ("cancelled", 20)
    done = (await made.state()).json
    assert (done["status"], done["counts"]["created"]) == ("succeeded", 35)
    assert len(await leads_of(vendor)) == 35


async def _execute(vendor, text):
    await vendor.system.superuser.execute(text.replace("UPDATE operations", "UPDATE leads.operations"))


async def test_a_run_that_breaks_off_in_the_middle_does_every_row_once(vendor, monkeypatch):
    monkeypatch.setattr(work, "AT_ONCE", 10)
    made = await of_rows(vendor, "lead", [lead(number) for number in range(35)], external_system="crm")
    await made.act("validate")
    note, calls = work._note, 0

    async def breaks(tx, chunk, notes):
        nonlocal calls
        calls += 1
        await note(tx, chunk, notes)
        if calls == 3:
            # As if the process had died: nothing of the step is stored.
            raise TimeoutError("broken off")

    monkeypatch.setattr(work, "_note", breaks)
    await made.act("run")

    done = (await made.state()).json
    assert (done["status"], done["counts"]["created"]) == ("succeeded", 35)
    assert len(await leads_of(vendor)) == 35


async def test_ten_thousand_rows_of_any_script_become_ten_thousand_leads(tenant, vendor):
    names = ("Őrző Kft.", "東京商社", "Новотех", "Globex")
    rows = [
        lead(number, company={"name": f"{names[number % 4]} {number}", "country": "HU"}) for number in range(10_000)
    ]
    made = await of_rows(vendor, "lead", rows, external_system="crm")
    operations = tenant.system.apps["leads"].state.background.operations
    for verb in ("validate", "run"):
        assert (await vendor.act(made.path, verb, **key())).status == 202
        await operations.step(everything=True)

    assert (await made.state())["counts"]["created"] == 10_000
    assert (await vendor.get("/v1/leads/count"))["count"] == 10_000
    audited = "SELECT count(*) FROM leads.audit_records WHERE tenant_id = $1 AND action = 'import_run'"
    assert await tenant.system.superuser.fetchval(audited, tenant.id) == 20_000
