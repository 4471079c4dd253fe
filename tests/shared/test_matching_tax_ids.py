"""A tax number identifies a company only when its check digits hold."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.matching import TaxId, tax_id_key

VALID = [
    ("ATU13585627", None, "ATU13585627"), ("BE 428759497", None, "BE0428759497"), ("BG 175 074 752", None, "BG175074752"),
    ("CY-10259033P", None, "CY10259033P"), ("CZ 25123891", None, "CZ25123891"), ("136 695 976", "DE", "DE136695976"),
    ("DK 13585628", None, "DK13585628"), ("EE 100 931 558", None, "EE100931558"), ("EL 094259216", None, "GR094259216"),
    ("ES B58378431", None, "ESB58378431"), ("54362315K", "ES", "ES54362315K"), ("FI 20774740", None, "FI20774740"),
    ("GB 980 7806 84", None, "GB980780684"), ("HR 33392005961", None, "HR33392005961"), ("12892312", "HU", "HU12892312"),
    ("IE 6433435F", None, "IE6433435F"), ("IE 6433435OA", None, "IE6433435OA"), ("IE 8D79739I", None, "IE8D79739I"),
    ("IT 00743110157", None, "IT00743110157"), ("LT 119511515", None, "LT119511515"), ("LU 150 274 42", None, "LU15027442"),
    ("LV 4000 3521 600", None, "LV40003521600"), ("MT 1167-9112", None, "MT11679112"), ("NL 004495445B01", None, "NL004495445B01"), ("PL 8567346215", None, "PL8567346215"), ("PT 501 964 843", None, "PT501964843"),
    ("RO 18547290", None, "RO18547290"), ("SE 123456789701", None, "SE123456789701"), ("SI 5022 3054", None, "SI50223054"),
    ("SK 202 274 96 19", None, "SK2022749619"), ("CHE-107.787.577 MWST", "CH", "CHE107787577"), ("988 077 917 MVA", "NO", "NO988077917"),
    ("7707083893/773601001", "RU", "RU7707083893"), ("500100732259", "RU", "RU500100732259"), ("91110000600037341L", "CN", "CN91110000600037341L"),
    ("83 914 571 673", "AU", "AU83914571673"), ("33.000.167/0001-01", "BR", "BR33000167000101"), ("12.ABC.345/01DE-35", "BR", "BR12ABC34501DE35"),
    ("27AAPFU0939F1ZV", "IN", "IN27AAPFU0939F1ZV"), ("T5835678256246", "JP", "JP5835678256246"), ("116-82-00276", "KR", "KR1168200276"),
    ("4540536920", "TR", "TR4540536920"), ("32855961", "UA", "UA32855961"),
]  # fmt: skip


@pytest.mark.parametrize(("written", "country", "value"), VALID)
def test_a_number_whose_check_digits_hold_is_valid_in_one_form(written, country, value):
    number = tax_id_key(written, country)

    assert (number.value, number.valid) == (value, True)
    assert number.kind not in ("national", "other")


@pytest.mark.parametrize(
    ("written", "country", "value"),
    [
        ("30-54668997-9", "AR", "AR30546689979"), ("76.086.428-5", "CL", "CL760864285"), ("899.999.068-1", "CO", "CO8999990681"),
        ("20100070970", "PE", "PE20100070970"), ("520013954", "IL", "IL520013954"), ("104052135", "RS", "RS104052135"),
        ("0107544000108", "TH", "TH0107544000108"), ("020240000555", "KZ", "KZ020240000555"), ("123456782RC0001", "CA", "CA123456782RC0001"),
        ("01.061.173.9-093.000", "ID", "ID010611739093000"),
    ],
)  # fmt: skip
def test_more_countries_check_their_numbers_which_are_kept_as_before(written, country, value):
    wrong = f"{value[2]}{(int(value[3]) + 1) % 10}{value[4:]}"

    assert tax_id_key(written, country) == TaxId("national", value, True)
    assert not tax_id_key(wrong, country).valid


@pytest.mark.parametrize(
    ("written", "country"),
    [
        ("DE136695977", None), ("ATU13585628", None), ("FR84404833048", None), ("IT00743110158", None), ("ESB58378432", None),
        ("NL004495446B01", None), ("BE0428759498", None), ("PL8567346216", None), ("HU12892313", None), ("GB980780685", None),
        ("RO18547291", None), ("CZ25123892", None), ("7707083894", "RU"), ("91110000600037341M", "CN"), ("CHE-107.787.578", "CH"),
        ("LEI 213800KUD8LAJWSQ9D16", None), ("000000000", "DE"), ("N/A", "DE"), ("none", "US"), ("123456789", "US"), ("11111111", "US"), ("", None),
    ],
)  # fmt: skip
def test_a_mistyped_or_made_up_number_is_kept_but_not_valid(written, country):
    assert not tax_id_key(written, country).valid


def test_numbers_that_contain_one_another_converge():
    assert tax_id_key("404 833 048", "FR") == tax_id_key("FR 83 404833048") == tax_id_key("40483304800022", "FR")
    assert tax_id_key("12892312-2-42", "HU") == tax_id_key("HU12892312")
    assert tax_id_key("556036-0793", "SE") == tax_id_key("SE556036079301")


def test_identifiers_of_the_world_are_told_by_shape_or_label():
    assert tax_id_key("213800KUD8LAJWSQ9D15", "GB").kind == "lei"
    assert tax_id_key("D-U-N-S 15-048-3782").value == "150483782"
    assert tax_id_key("VAT-ID: DE136695976").value == "DE136695976"
    assert tax_id_key("DE ١٣٦٦٩٥٩٧٦").value == "DE136695976"


def test_a_country_whose_check_is_unknown_keeps_letters_and_digits_only():
    assert tax_id_key("12-3456780", "US") == tax_id_key("123456780", "US")
    assert tax_id_key("12-3456780", "US").valid


@given(st.text(), st.sampled_from([None, "DE", "FR", "IE", "ES", "CN", "RU", "BR", "IN"]))
def test_any_text_is_taken_without_an_error(text, country):
    tax_id_key(text, country)


@pytest.mark.parametrize(
    "number", ["DE136695976", "ATU13585627", "HU12892312", "PL8567346215", "IT00743110157", "EE100931558"]
)
def test_one_wrong_digit_is_always_noticed(number):
    start = next(place for place, letter in enumerate(number) if letter.isdigit())
    for place in range(start, len(number)):
        for digit in set("0123456789") - {number[place]}:
            assert not tax_id_key(number[:place] + digit + number[place + 1 :]).valid
