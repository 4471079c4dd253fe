"""Spreadsheets imported through the API: once, twice, changed, and without changing anything."""

from pathlib import Path

from deploy.cli.imports import write_report
from deploy.importing.rows import Reading
from tests.importing.api import FILES, actions, imported
from tests.system import Client, Tenant


async def seller_of_drives(tenant: Tenant) -> Client:
    """A vendor with a product family and one working partner, as the files speak of them."""
    vendor = tenant.vendor()
    assert (await vendor.post("/v1/product-families", {"code": "drives", "name": "Drives"})).status == 201
    made = await vendor.post("/v1/partners", {"name": "Rheinwerk Antriebe GmbH", "country": "DE"})
    assert (await vendor.act(f"/v1/partners/{made['id']}", "activate")).status == 200
    await tenant.system.settle()
    return vendor


async def test_a_sheet_of_partners_is_imported_once_however_often_it_is_sent(tenant: Tenant) -> None:
    vendor = tenant.vendor()

    first = await imported(vendor, "partners", FILES / "partner_aus_excel.csv")
    second = await imported(vendor, "partners", FILES / "partner_aus_excel.csv")

    assert actions(first) == ["create", "create", "refused", "refused"]
    assert actions(second) == ["unchanged", "unchanged", "refused", "refused"]
    page = await vendor.get("/v1/partners", external_system="crm", external_id="K-1")
    assert [each["name"] for each in page["data"]] == ["Müller & Söhne Antriebe GmbH"]
    assert page["data"][0]["territories"] == ["AT", "DE"]
    assert (await vendor.get("/v1/partners")).json["data"].__len__() == 2


async def test_a_changed_row_changes_its_partner_and_names_the_column(tenant: Tenant, tmp_path: Path) -> None:
    vendor = tenant.vendor()
    sheet = tmp_path / "partners.csv"
    sheet.write_text("id,company,country\nP1,Globex,DE\nP2,Initech,US\n")
    await imported(vendor, "partners", sheet)
    sheet.write_text("id,company,country\nP1,Globex Drives,DE\nP2,Initech,US\n")

    foreseen = await imported(vendor, "partners", sheet, dry_run=True)
    outcomes = await imported(vendor, "partners", sheet)

    assert actions(foreseen) == actions(outcomes) == ["update", "unchanged"]
    assert foreseen[0].reason == outcomes[0].reason == "company"
    assert (await vendor.get(f"/v1/partners/{outcomes[0].id}"))["name"] == "Globex Drives"


async def test_a_dry_run_foresees_what_the_import_does_and_changes_nothing(tenant: Tenant) -> None:
    vendor = await seller_of_drives(tenant)

    foreseen = await imported(vendor, "deals", FILES / "deals_mixed.csv", dry_run=True)
    untouched = await vendor.get("/v1/deals")
    done = await imported(vendor, "deals", FILES / "deals_mixed.csv")

    assert untouched["data"] == []
    assert actions(foreseen) == actions(done)
    assert [each.reason for each in foreseen] == [each.reason for each in done]


async def test_a_mixed_sheet_of_deals_keeps_its_good_rows_and_refuses_each_bad_one_with_its_column(
    tenant: Tenant,
) -> None:
    vendor = await seller_of_drives(tenant)

    outcomes = {outcome.row: outcome for outcome in await imported(vendor, "deals", FILES / "deals_mixed.csv")}

    assert [row for row, outcome in outcomes.items() if outcome.action == "create"] == [2, 3, 4, 5]
    refused = {row: (each.column, each.reason) for row, each in outcomes.items() if each.action == "refused"}
    assert refused[6] == (None, "has a quote that is not closed at the end of its cell")
    assert refused[7] == (None, "has 11 cells, the header has 10")
    assert refused[8] == ("Partner", "is no partner we know")
    assert refused[9][0] == "Amount"
    assert refused[10][0] == "Close date"
    assert refused[11] == ("External ID", "is that of row 2 too")
    deal = await vendor.get(f"/v1/deals/{outcomes[4].id}")
    assert deal["amount"] == {"amount": 1_250_000_000, "currency": "HUF"}
    assert deal["customer"]["name"] == "Szegedi Malom Kft."
    again = await imported(vendor, "deals", FILES / "deals_mixed.csv")
    assert actions(again)[:4] == ["unchanged"] * 4


async def test_a_deal_that_was_submitted_is_not_changed_by_a_sheet(tenant: Tenant, tmp_path: Path) -> None:
    vendor = await seller_of_drives(tenant)
    sheet = tmp_path / "deals.csv"
    row = "D1,Hall 4,Rheinwerk Antriebe GmbH,Globex,globex.example,DE,drives,{amount},EUR,2027-01-31\n"
    header = "id,deal,partner,customer,domain,country,product,amount,currency,close date\n"
    sheet.write_text(header + row.format(amount=900_000))
    (made,) = await imported(vendor, "deals", sheet)
    assert (await vendor.act(f"/v1/deals/{made.id}", "submit"))["status"] == "in_review"
    sheet.write_text(header + row.format(amount=2_000))

    (outcome,) = await imported(vendor, "deals", sheet)

    assert (outcome.action, outcome.column) == ("refused", "amount")
    assert outcome.reason == "differs, and cannot be changed while the deal is in_review"


async def test_what_the_api_refuses_is_told_by_column(tenant: Tenant) -> None:
    vendor = await seller_of_drives(tenant)

    good, bad = await imported(vendor, "leads", FILES / "leads_china.csv", reading=Reading())

    assert good.action == "create"
    assert (bad.action, bad.column, bad.reason) == ("refused", "Email", "is not a mail address")
    lead = await vendor.get(f"/v1/leads/{good.id}")
    assert (lead["company"]["name"], lead["country"]) == ("上海晨光食品有限公司", "CN")


async def test_rows_without_an_external_id_are_created_once_too(tenant: Tenant, tmp_path: Path) -> None:
    vendor = await seller_of_drives(tenant)
    sheet = tmp_path / "leads.csv"
    sheet.write_text("Company;Country;Source;Product\nGlobex;DE;fair;drives\n")

    first = await imported(vendor, "leads", sheet)
    second = await imported(vendor, "leads", sheet)

    assert (actions(first), actions(second)) == (["create"], ["unchanged"])
    assert first[0].id == second[0].id


async def test_the_report_lists_every_row(tenant: Tenant, tmp_path: Path) -> None:
    outcomes = await imported(tenant.vendor(), "partners", FILES / "partner_aus_excel.csv", dry_run=True)

    write_report(outcomes, path=tmp_path / "report.csv")

    lines = (tmp_path / "report.csv").read_text(encoding="utf-8-sig").splitlines()
    assert lines[0] == "row,action,id,column,reason"
    assert lines[1] == "2,create,,,"
    assert lines[3].startswith("5,refused,,Land,is not a country we know")
