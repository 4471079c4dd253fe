"""The document of a quote: a PDF in both names, the same each time, in the language that is asked for."""

from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO

import pytest
from pypdf import PdfReader

from services.deals.quote_documents.facts import Facts, Item, Reduction, Tax
from services.deals.quote_documents.layout import pdf_of
from services.deals.quote_documents.lettering import REGULAR, broken, width
from services.deals.quote_documents.words import WORDS
from tests.deals.make import World, world
from tests.deals.test_price_lists import euros, publishes
from tests.deals.test_price_promotions import promotes
from tests.deals.test_products import sells
from tests.deals.test_quotes import issues, path_of
from tests.system import Client, Response, Tenant

AT = datetime(2026, 6, 22, 10, 11, tzinfo=UTC)
LINE = Item(
    "CL-100", "Cloud", "user_month", 10, 99_900, (Reduction("break", "10", "Prices", -5_000),), 994_000, (), None
)
FACTS = Facts(
    number="Q-000012/2",
    revision=2,
    partner="Árvíztűrő Tükörfúrógép Kft.",
    vendor="Ромашка",
    customer="上海贸易有限公司",
    customer_country="CN",
    currency="KWD",
    items=(LINE,),
    net=994_000,
    tax=None,
    terms=None,
    issued_at=AT,
    valid_until=AT.replace(month=7),
)


@pytest.fixture
async def place(tenant: Tenant) -> World:
    made = await world(tenant)
    await sells(made)
    entry = {"sku": "CL-100", "price": euros(999), "breaks": [{"from_quantity": 10, "price": euros(949)}]}
    await publishes(made, entries=[entry], name="Prices")
    return made


async def document_of(reader: Client, quote: Response, *, language: str | None = None) -> Response:
    headers = {} if language is None else {"accept-language": language}
    return await reader.request("GET", f"{path_of(quote)}/document", headers=headers)


def text_of(document: bytes) -> str:
    """The words of all pages, blanks of every kind alike."""
    return " ".join(" ".join(page.extract_text() for page in PdfReader(BytesIO(document)).pages).split())


async def test_a_quote_is_handed_over_as_a_document_in_both_names(place: World):
    seller = await place.partner()
    await promotes(place, "spring", name="Frühling", percent="0.10")
    tax = {"label": "VAT 19 %", "amount": euros(1_623)}
    quote = await issues(seller, tax=tax, terms="30 days net.\nEx works.", customer={"name": "Őrség & <Söhne>"})
    tenant = (await place.vendor.get("/v1/tenants"))["data"][0]

    answer = await document_of(seller, quote)

    assert (answer.status, answer.headers["content-type"]) == (200, "application/pdf")
    assert answer.headers["content-disposition"] == 'attachment; filename="Q-000001.pdf"'
    assert quote["letterhead"] == {"partner": "A partner", "vendor": tenant["name"]}
    text = text_of(answer.body)
    for said in (
        *("Quote Q-000001", "A partner", tenant["name"], "Customer Őrség & <Söhne>", "All amounts in EUR"),
        *("10 9.99 -14.49 85.41", "CL-100", "Quantity break from 10 -5.00", "Promotion: Frühling -9.49", "By March"),
        *("Net amount 85.41 EUR", "VAT 19 % 16.23 EUR", "Total 101.64 EUR", "30 days net. Ex works.", "Page 1 of 1"),
    ):
        assert said in text
    issued = datetime.fromisoformat(quote["issued_at"])
    assert f"Issued on {issued:%Y-%m-%d}" in text
    assert PdfReader(BytesIO(answer.body)).metadata.creation_date == issued.replace(microsecond=0)


async def test_a_version_has_the_same_document_for_good(place: World):
    seller = await place.partner()
    first = await issues(seller)
    before = await document_of(seller, first)

    second = await seller.act(path_of(first), "revise")
    refused = await document_of(seller, second)
    await seller.act(path_of(second), "issue")
    tenant = (await place.vendor.get("/v1/tenants"))["data"][0]
    renamed = await place.vendor.patch(f"/v1/tenants/{tenant['id']}", {"name": "Another name"}, if_match="*")
    assert renamed.status == 200
    after = await document_of(place.vendor, first)

    assert (refused.status, refused.problem) == (409, "quote_not_issued")
    assert before.body == after.body
    assert (await document_of(seller, second)).body == (await document_of(seller, second)).body
    assert "Quote Q-000001/2" in text_of((await document_of(seller, second)).body)


async def test_no_other_partner_reads_it_or_learns_of_it(place: World):
    quote = await issues(await place.partner())
    missing = await (await place.partner()).get("/v1/quotes/quo_01h455vb4pex5vsknk084sn02q/document")

    hidden = await document_of(await place.partner(), quote)

    assert (hidden.status, hidden.problem) == (missing.status, missing.problem) == (404, "not_found")


@pytest.mark.parametrize(
    ("asked", "title", "language"),
    [
        ("de-AT, en;q=0.5", "Angebot Q-000001", "de"),
        ("en", "Quote Q-000001", "en"),
        (None, "Árajánlat Q-000001", "hu"),
        ("fr", "Árajánlat Q-000001", "hu"),
    ],
)
async def test_it_is_in_the_language_asked_for_else_in_that_of_the_quote(
    place: World, asked: str | None, title: str, language: str
):
    seller = await place.partner()
    quote = await issues(seller, locale="hu")

    answer = await document_of(seller, quote, language=asked)

    assert answer.headers["content-language"] == language
    assert title in text_of(answer.body)


@pytest.mark.parametrize(
    ("language", "once", "recurring"),
    [
        ("en", "Of which once", "Of which per month"),
        ("de", "Davon einmalig", "Davon pro Monat"),
        ("hu", "Ebből egyszer", "Ebből havonta"),
    ],
)
def test_what_recurs_is_said_with_how_often_and_what_is_charged_once_has_one_sum(
    language: str, once: str, recurring: str
):
    monthly = replace(LINE, charge_period="month")
    both = replace(
        FACTS, currency="EUR", items=(LINE, monthly), by_period=((None, 10_000), ("month", 20_000)), net=30_000
    )
    text = text_of(pdf_of(both, language=language))
    words = WORDS[language]

    assert f"{once} {words.amount(10_000, 'EUR')} EUR" in text
    assert f"{recurring} {words.amount(20_000, 'EUR')} EUR" in text
    assert f"CL-100 · user month · {words.charged['month']}" in text
    assert once not in text_of(pdf_of(replace(both, by_period=((None, 30_000),)), language=language))


def test_a_long_one_has_the_head_of_its_table_on_every_page_of_it():
    line = replace(LINE, note="长 " * 100)

    pages = PdfReader(BytesIO(pdf_of(replace(FACTS, items=(line,) * 200), language="en"))).pages

    told = [" ".join(page.extract_text().split()) for page in pages]
    assert all(f"Page {number} of {len(pages)}" in page for number, page in enumerate(told, 1))
    assert all("Item Quantity Unit price Discount Net" in page for page in told[:-1])
    assert sum(page.count("CL-100") for page in told) == 200


@pytest.mark.parametrize(
    "name", ["Árvíztűrő Tükörfúrógép", "Ромашка Ђорђевић", "上海贸易有限公司", "ひらがな", "한국어", "Ελληνικά"]
)
def test_a_name_is_read_in_its_own_letters(name: str):
    assert name in text_of(pdf_of(replace(FACTS, customer=name), language="en"))


def test_what_no_font_has_is_read_in_latin_letters_and_what_is_no_letter_is_left_out():
    text = text_of(pdf_of(replace(FACTS, customer="თბილისი \u202eОдеса\x07"), language="en"))

    assert "Customer tbilisi Одеса (CN)" in text


@pytest.mark.parametrize(
    ("currency", "minor", "english", "german", "hungarian"),
    [
        ("EUR", 123_456_789, "1,234,567.89", "1.234.567,89", "1 234 567,89"),
        ("JPY", 1_234_567, "1,234,567", "1.234.567", "1 234 567"),
        ("KWD", 1_234_567, "1,234.567", "1.234,567", "1 234,567"),
        ("EUR", -5, "-0.05", "-0,05", "-0,05"),
    ],
)
def test_amounts_have_the_decimals_of_their_currency(
    currency: str, minor: int, english: str, german: str, hungarian: str
):
    written = [WORDS[language].amount(minor, currency).replace("\u00a0", " ") for language in ("en", "de", "hu")]

    assert written == [english, german, hungarian]


def test_the_largest_amounts_stay_in_their_columns():
    most = 9_007_199_254_740_991
    line = replace(LINE, quantity=1_000_000_000, unit_price=most, net=most)
    facts = replace(FACTS, items=(line,), net=most, tax=Tax("t" * 200, most), currency="EUR")

    text = text_of(pdf_of(facts, language="en"))

    assert text.count("90,071,992,547,409.91") == 4
    assert "180,143,985,094,819.82 EUR" in text


@pytest.mark.parametrize("text", ["word " * 60, "w" * 300, "长" * 200, "a\n\n\nb", "\u00a0".join("1" * 200)])
def test_every_line_fits_and_nothing_is_lost(text: str):
    lines = broken(text, REGULAR, 9.0, within=100.0)

    assert all(width(line, REGULAR, 9.0) <= 100.0 for line in lines)
    assert "".join("".join(lines).split()) == "".join(text.split())
