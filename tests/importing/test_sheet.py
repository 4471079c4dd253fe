"""Spreadsheets as they come: encodings, delimiters, quotes, broken rows."""

from pathlib import Path

import pytest

from deploy.importing.encoding import Unreadable
from deploy.importing.sheet import read_sheet

FILES = Path(__file__).parent / "files"


@pytest.mark.parametrize(
    ("name", "encoding", "delimiter", "found"),
    [
        ("partner_aus_excel.csv", "cp1252", ";", "Müller & Söhne Antriebe GmbH"),
        ("partnerek.csv", "cp1250", ";", "Őrségi Fűrészüzem Zrt."),
        ("leads_unicode_text.txt", "utf-16-le", "\t", 'Björk & Co"'),
        ("leads_china.csv", "gb18030", ",", "北京云海包装有限公司"),
        ("leads_bulgaria.csv", "cp1251", ";", "Белоград Машиностроене ООД"),
        ("deals_mixed.csv", "utf-8", ";", "Förderanlage"),
    ],
)
def test_encoding_and_delimiter_are_found_out(name: str, encoding: str, delimiter: str, found: str) -> None:
    sheet = read_sheet((FILES / name).read_bytes())

    assert (sheet.encoding, sheet.delimiter) == (encoding, delimiter)
    assert any(found in line.cells for line in sheet.lines)


def test_a_line_in_another_encoding_is_read_and_counted() -> None:
    sheet = read_sheet((FILES / "deals_mixed.csv").read_bytes())

    assert sheet.mixed == 1
    assert sheet.lines[1].cells[3] == "Löwenmolkerei GmbH"
    assert sheet.lines[7].cells[3] == "霞川食品株式会社"


def test_rows_are_numbered_as_the_spreadsheet_shows_them() -> None:
    sheet = read_sheet(b'name,note\na,"two\nlines"\n\nb,x\n')

    assert [(line.number, line.cells) for line in sheet.lines] == [(2, ("a", "two\nlines")), (4, ("b", "x"))]


def test_a_quote_that_is_never_closed_spoils_its_own_row_only() -> None:
    sheet = read_sheet(b'name,note\n"never closed,1\nb,2\n"c",3\n')

    assert [(line.number, line.fault is None) for line in sheet.lines] == [(2, False), (3, True), (4, True)]


def test_a_row_may_end_early_but_not_run_on() -> None:
    sheet = read_sheet(b"a,b,c\n1\n1,2,3,4\n1,2,3,,\n")

    assert sheet.lines[0].cells == ("1", "", "")
    assert sheet.lines[1].fault == "has 4 cells, the header has 3"
    assert sheet.lines[2].cells == ("1", "2", "3")


def test_a_comma_inside_a_quoted_header_does_not_make_commas_the_delimiter() -> None:
    sheet = read_sheet(b'"Firma, Name";Land\n"A, B, C";DE\n')

    assert sheet.header == ("Firma, Name", "Land")
    assert sheet.lines[0].cells == ("A, B, C", "DE")


@pytest.mark.parametrize(
    ("content", "encoding", "reason"),
    [
        (b"", None, "is empty"),
        (b"\n \n", None, "is empty"),
        (b'"a,b\n1,2', None, "header cannot be read"),
        (b"a\xff\xfeb", "utf-8", "is not in utf-8"),
        (b"a", "klingon", "no encoding klingon"),
    ],
)
def test_a_file_without_a_table_is_refused_in_one_sentence(content: bytes, encoding: str | None, reason: str) -> None:
    with pytest.raises(Unreadable, match=reason):
        read_sheet(content, encoding=encoding)
