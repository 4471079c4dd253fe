"""From columns that people name as they like to bodies of requests, with every fault named by its column."""

from pathlib import Path

import pytest

from deploy.importing.columns import Noun, match_columns, read_map
from deploy.importing.encoding import Unreadable
from deploy.importing.rows import Reading, Record, read_rows
from deploy.importing.sheet import read_sheet

FILES = Path(__file__).parent / "files"


def records(name: str, noun: Noun, *, told: str = "", reading: Reading | None = None) -> list[Record]:
    sheet = read_sheet((FILES / name).read_bytes())
    return read_rows(
        sheet, match_columns(sheet.header, noun=noun, told=read_map(told)), noun=noun, reading=reading or Reading()
    )


@pytest.mark.parametrize(
    ("header", "fields"),
    [
        (["Company", "Country"], ["name", "country"]),
        (["Firma", "Land", "Kundennr.", "Webseite"], ["name", "country", "external_id", "website"]),
        (["Cégnév", "ORSZÁG", "azonosító"], ["name", "country", "external_id"]),
        (["name", "country", "tax_id", "Colour"], ["name", "country", "tax_id"]),
    ],
)
def test_columns_are_recognised_by_the_names_people_use(header: list[str], fields: list[str]) -> None:
    matching = match_columns(header, noun="partners", told={})

    assert [matching.fields[index].name for index in sorted(matching.fields)] == fields


def test_a_column_can_be_told_or_left_out() -> None:
    told = read_map("Betrieb=name, Standort=country, Firma=-")
    matching = match_columns(["Betrieb", "Standort", "Firma"], noun="partners", told=told)

    assert {index: field.name for index, field in matching.fields.items()} == {0: "name", 1: "country"}
    assert matching.ignored == ("Firma",)


@pytest.mark.parametrize(
    ("header", "told", "reason"),
    [
        (["Firma"], {}, "No column is country"),
        (["Firma", "Land"], {"Ort": "country"}, "names a column Ort"),
        (["Firma", "Land"], {"Land": "colour"}, "names colour"),
        (["Firma", "Land"], {"Land": "name", "Firma": "name"}, "two columns"),
    ],
)
def test_a_mapping_that_cannot_be_is_refused(header: list[str], told: dict[str, str], reason: str) -> None:
    with pytest.raises(Unreadable, match=reason):
        match_columns(header, noun="partners", told=told)


def test_a_german_sheet_of_partners_becomes_bodies() -> None:
    first, second, atlantis, nameless = records("partner_aus_excel.csv", "partners")

    assert first.external_id == "K-1"
    assert first.body == {
        "name": "Müller & Söhne Antriebe GmbH",
        "country": "DE",
        "website": "mueller-antriebe.example",
        "territories": ["DE", "AT"],
    }
    assert second.body["country"] == "CH"
    assert (atlantis.number, str(atlantis.faults[0])) == (
        5,
        "Land is not a country we know; write its two-letter ISO code",
    )
    assert [str(fault) for fault in nameless.faults] == ["Firma is empty"]


def test_each_bad_row_of_a_sheet_of_deals_says_why() -> None:
    found = {record.external_id or record.number: record for record in records("deals_mixed.csv", "deals")[:-1]}

    assert found["D-1"].body["title"] == "Line 4\nretrofit"
    assert found["D-1"].body["amount"] == {"amount": 125050, "currency": "EUR"}
    assert found["D-2"].body["amount"] == {"amount": 9800000, "currency": "EUR"}
    assert found["D-3"].body["amount"] == {"amount": 1_250_000_000, "currency": "HUF"}
    assert found["D-3"].body["expected_close_on"] == "2027-01-15"
    assert found["D-2"].body["customer"]["country"] == "AT"
    assert found["D-4"].body["title"] == 'Broken "quote'
    assert str(found[6].faults[0]) == "has a quote that is not closed at the end of its cell"
    assert str(found[7].faults[0]) == "has 11 cells, the header has 10"
    assert str(found["D-8"].faults[0]) == "Amount has more decimals than JPY, which has 0"
    assert "--date-format" in str(found["D-9"].faults[0])


def test_the_same_external_id_twice_in_a_file_is_refused_the_second_time() -> None:
    *_, again = records("deals_mixed.csv", "deals")

    assert str(again.faults[-1]) == "External ID is that of row 2 too"


def test_a_sheet_of_american_dates_is_read_when_told() -> None:
    row = next(
        each
        for each in records("deals_mixed.csv", "deals", reading=Reading(date_form="MM/DD/YYYY"))
        if each.external_id == "D-9"
    )

    assert row.faults == ()
    assert row.body["expected_close_on"] == "2026-12-31"
    assert row.body["amount"] == {"amount": 125050, "currency": "USD"}


def test_an_address_book_form_of_mail_address_is_read() -> None:
    first, second = records("leads_unicode_text.txt", "leads")

    assert first.body["contact"] == {"given_name": "Aino", "family_name": "Härkönen", "email": "aino@harkonen.example"}
    assert first.body["amount"] == {"amount": 1250000, "currency": "EUR"}
    assert "amount" not in second.body
