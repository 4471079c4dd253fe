"""What is wrong with rows: said by row, column and field, without what was sent."""

import pytest

from tests.imports.make import begun, carried_out, key, of_csv, of_rows
from tests.leads.make import CONTACT, FAMILY, family

MAPPING = {
    "Company Name": "company.name",
    "Land": "country",
    "Mail": "contact.email",
    "Quelle": "source",
    "Product": "product_family",
    "Value": "amount",
    "Currency": "amount.currency",
    "CRM id": "external_id",
}
HEADER = "Company Name,Land,Mail,Quelle,Product,Value,Currency,CRM id\n"


@pytest.fixture
async def vendor(tenant):
    await family(tenant)
    return tenant.vendor()


def lead(number, **fields):
    """A row as JSON."""
    return {
        "company": {"name": f"Globex {number} Kft.", "country": "HU"},
        "contact": CONTACT,
        "source": "fair",
        "product_family": FAMILY,
        "external_id": str(number),
        **fields,
    }


async def validated(vendor, text, **body):
    made = await of_csv(vendor, "lead", text, mapping=MAPPING, external_system="crm", **body)
    await made.act("validate")
    return made


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ("Globex,Hungary,,fair,pumps,,,1", ("Land", "/country", "wrong_form")),
        (",HU,,fair,pumps,,,1", ("Company Name", "/company", "required")),
        ("Globex,HU,nobody,fair,pumps,,,1", ("Mail", "/contact/email", "wrong_form")),
        ("Globex,HU,,fair,valves,,,1", ("Product", "/product_family", "unknown_product_family")),
        ('Globex,HU,,fair,pumps,"1.234,50",EUR,1', ("Value", "/amount", "ambiguous_amount")),
        ('Globex,HU,,fair,pumps,"1,234",EUR,1', ("Value", "/amount", "ambiguous_amount")),
        ("Globex,HU,,fair,pumps,12.5,JPY,1", ("Value", "/amount", "too_many_decimals")),
        ("Globex,HU,,fair,pumps,12.5,,1", ("Value", "/amount", "currency_needed")),
        ("Globex,HU,,fair,pumps,12.5,XXQ,1", ("Value", "/amount", "wrong_form")),
    ],
)
async def test_an_invalid_row_names_its_column_and_field(vendor, row, fault):
    made = await validated(vendor, HEADER + row + "\n")

    assert await made.errors() == [(1, *fault)]
    assert (await made.state())["counts"]["invalid"] == 1
    shown = (await vendor.get(f"{made.path}/row-errors")).body
    assert b"1.234,50" not in shown and b"valves" not in shown


@pytest.mark.parametrize(
    ("value", "currency", "minor"),
    [("1234.50", "EUR", 123450), ("1234", "JPY", 1234), ("1.2", "KWD", 1200), ("1.234", "KWD", 1234)],
)
async def test_an_amount_is_in_the_minor_units_of_its_currency(vendor, value, currency, minor):
    made = await validated(vendor, HEADER + f"Globex,HU,,fair,pumps,{value},{currency},1\n")

    await made.act("run")

    assert (await vendor.get("/v1/leads"))["data"][0]["amount"] == {"amount": minor, "currency": currency}


async def test_two_rows_of_the_same_id_are_one_too_many_also_across_chunks(vendor):
    made = await of_rows(vendor, "lead", [lead(1), lead(2), lead(1)], external_system="crm")
    await made.rows([lead(2)], sequence=2)

    await made.act("validate")

    assert await made.errors() == [(3, None, "", "duplicate_in_file"), (4, None, "", "duplicate_in_file")]


async def test_a_row_whose_reference_an_object_has_is_invalid_when_objects_are_to_be_created(vendor):
    await carried_out(await of_rows(vendor, "lead", [lead(1)], external_system="crm"))

    made = await of_rows(vendor, "lead", [lead(1), lead(2)], external_system="crm")
    await made.act("validate")

    assert [(row, code) for row, _, _, code in await made.errors()] == [(1, "external_reference_taken")]


async def test_invalid_rows_are_in_the_way_unless_they_are_to_be_left_out(vendor):
    made = await of_rows(vendor, "lead", [lead(1), lead(2, source="")], external_system="crm")
    await made.act("validate")

    assert (await made.act("run")).problem == "rows_invalid"
    assert (await made.act("run", {"only_valid": True})).status == 202
    assert (await made.state())["counts"]["created"] == 1


@pytest.mark.parametrize(
    ("mapping", "code"),
    [
        ({"Name": "company.nom"}, "unknown_target"),
        ({"Name": "company"}, "unknown_target"),
        ({"Name": "id.x"}, "unknown_target"),
        ({"Name": "company.name", "Firm": "company.name"}, "duplicate"),
    ],
)
async def test_a_mapping_to_what_is_no_field_is_refused_at_once(vendor, mapping, code):
    answer = await vendor.post("/v1/imports", {"object": "lead", "mapping": mapping}, **key())

    assert (answer.status, answer["errors"][0]["code"]) == (422, code)


async def test_an_import_needs_a_key_and_an_object_that_can_be_imported(vendor):
    assert (await vendor.post("/v1/imports", {"object": "lead"})).problem == "idempotency_key_required"
    assert (await vendor.post("/v1/imports", {"object": "payout"}, **key())).problem == "unknown_object"
    same = key()
    first = await vendor.post("/v1/imports", {"object": "lead"}, **same)
    assert (await vendor.post("/v1/imports", {"object": "lead"}, **same))["id"] == first["id"]


async def test_a_chunk_sent_twice_is_there_once_and_chunks_come_in_order(vendor):
    made = await begun(vendor, "lead", format="rows")

    assert (await made.rows([{"source": "a"}], sequence=2)).problem == "chunk_out_of_order"
    for _ in range(2):
        assert (await made.rows([{"source": "a"}])).json["rows"] == 1
    assert (await made.rows([{"source": "b"}])).problem == "chunk_differs"


async def test_the_preview_shows_what_a_run_would_do(vendor):
    await carried_out(await of_rows(vendor, "lead", [lead(1), lead(2)], external_system="crm", mode="upsert"))
    changed = lead(1, source="mail")
    made = await of_rows(vendor, "lead", [changed, lead(2), lead(3)], external_system="crm", mode="upsert")

    await made.act("validate")

    shown = (await vendor.get(f"{made.path}/preview")).json
    assert [each["action"] for each in shown["rows"]] == ["update", "unchanged", "create"]
    counts = shown["counts"]
    assert (counts["to_update"], counts["unchanged"], counts["to_create"], counts["invalid"]) == (1, 1, 1, 0)
    assert len((await vendor.get("/v1/leads"))["data"]) == 2
    await made.act("run")
    sources = {each["external_references"][0]["id"]: each["source"] for each in (await vendor.get("/v1/leads"))["data"]}
    assert sources == {"1": "mail", "2": "fair", "3": "fair"}


async def test_the_same_file_again_changes_nothing(vendor):
    rows = [lead(number) for number in range(5)]
    for expected in ("created", "unchanged"):
        made = await of_rows(vendor, "lead", rows, external_system="crm", mode="upsert")
        assert (await carried_out(made))["counts"][expected] == 5

    assert {each["version"] for each in (await vendor.get("/v1/leads"))["data"]} == {1}


@pytest.mark.parametrize(
    "text",
    [
        "",
        'Company Name\n"open',
        "Company Name,Company Name\na,b\n",
        "Company Name,\na,b\n",
        "Company Name\na,b\n",
        ",".join(f"c{number}" for number in range(1000)) + "\n",
        "Company Name\n" + "x" * 200_000 + "\n",
        'Company Name\n"a"b\n',
    ],
)
async def test_what_is_not_csv_is_refused_with_a_reason(vendor, text):
    made = await begun(vendor, "lead", mapping=MAPPING, external_system="crm")

    answer = await made.csv(text)

    assert answer.status == 422
    assert (await made.state())["rows"] == 0


async def test_control_characters_and_bodies_beyond_a_megabyte_are_refused(vendor):
    made = await begun(vendor, "lead", mapping=MAPPING, external_system="crm")

    assert (await made.csv("Company Name\na\x00b\n")).status == 422
    assert (await made.csv("Company Name\n" + "x" * 1_100_000)).status == 413


async def test_cells_may_hold_quotes_line_breaks_and_any_script_and_formulas_stay_text(vendor):
    text = (
        "\ufeffCompany Name;Land;Mail;Quelle;Product;Value;Currency;CRM id\r\n"
        '"Globex ""Süd""\nKft.";HU;;fair;pumps;;;1\r\n'
        "Новотех;KZ;;fair;pumps;;;2\r\n"
        "=cmd|' /C calc'!A0;HU;;fair;pumps;;;3\r\n"
    )
    made = await validated(vendor, text)

    await made.act("run")

    names = {each["company"]["name"] for each in (await vendor.get("/v1/leads"))["data"]}
    assert names == {'Globex "Süd"\nKft.', "Новотех", "=cmd|' /C calc'!A0"}


async def test_errors_as_csv_are_safe_to_open(vendor):
    mapping = {"=cmd()": "source", "Name": "company.name"}
    made = await of_csv(vendor, "lead", "=cmd(),Name\n" + "x" * 201 + ",Globex\n", mapping=mapping)
    await made.act("validate")

    answer = await vendor.get(f"{made.path}/row-errors/export")

    assert answer.headers["content-type"].startswith("text/csv")
    lines = answer.body.decode("utf-8-sig").splitlines()
    assert lines[0] == "row,column,field,code,detail"
    assert any(line.startswith("1,'=cmd(),/source,") for line in lines)


async def test_errors_are_told_in_the_callers_language(vendor):
    made = await of_rows(vendor, "lead", [lead(1), lead(1)], external_system="crm")
    await made.act("validate")

    answer = await vendor.request("GET", f"{made.path}/row-errors", headers={"accept-language": "de"})

    assert answer["data"][0]["detail"] == "Zeile 1 dieses Imports ist dieselbe."
