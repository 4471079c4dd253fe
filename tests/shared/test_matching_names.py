"""A name has one spelling, whatever script, case, order, legal form and noise it was typed in."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.matching import name_key

ALPHABETS = "aeouüöäßéőűÅæøışğ AEG&.-'’\"()«»0123🙂♥ромашкаООО.αεΑΕ华为技术有限公司株式会社トヨタ주식회사삼성שמבעשם"
ENDINGS = [
    "GmbH",
    "& Co. KG",
    "Ltd",
    "S.A.",
    "Kft.",
    "Group",
    "the",
    "und",
    "y",
    "ООО",
    "有限公司",
    "A/S",
    "aue",
    "Queen",
    "&",
    "e",
    "a",
    "o",
]


def same_name(*names: str) -> bool:
    return all(name_key(one).sorted_key == name_key(other).sorted_key for one, other in pairwise(names))


def test_umlauts_converge_written_as_umlauts_spelt_out_or_left_off():
    assert same_name("Müller Maschinenbau GmbH", "MUELLER MASCHINENBAU", "Muller Maschinenbau", "Maschinenbau Müller")
    assert same_name("Häuser & Söhne", "Haeuser und Soehne")
    assert same_name("Ørsted A/S", "Oersted", "Orsted")
    assert same_name("Ärzte am Århus", "Aerzte am Aarhus")


@pytest.mark.parametrize("name", ["Bauer", "Neue Quelle", "Blue Ocean", "AEG", "UE"])
def test_an_e_that_spells_no_umlaut_stays(name):
    assert name_key(name).text == name.lower()


def test_scripts_converge_on_latin_letters():
    assert same_name("ООО «Ромашка»", "Romashka LLC", "OOO Romashka", "ромашка")
    assert name_key("ΑΛΦΑ Α.Ε.").text == "alfa"
    assert same_name("华为技术有限公司", "华为技术", "Huawei Technologies Co., Ltd.")
    assert same_name("株式会社トヨタ自動車", "トヨタ自動車㈱", "Toyota Motor")
    assert name_key("삼성전자(주)").tokens == name_key("주식회사 삼성전자").tokens


LEGAL_FORMS = [
    ("DE", "Acme GmbH"), ("DE", "Acme GmbH & Co. KG"), ("AT", "Acme Ges.m.b.H."), ("CH", "Acme AG"), ("LI", "Acme Anstalt"),
    ("HU", "Acme Kft."), ("HU", "Acme Zrt."), ("HU", "Acme Nyrt"), ("HU", "Acme Bt."), ("HU", "Acme Korlátolt Felelősségű Társaság"),
    ("GB", "The Acme PLC"), ("GB", "Acme LLP"), ("US", "Acme, Inc."), ("US", "Acme Corp."), ("US", "Acme L.L.C."), ("CA", "Acme Ltée"),
    ("AU", "Acme Pty Ltd"), ("ZA", "Acme (Pty) Ltd"), ("IN", "Acme Pvt. Ltd."), ("IE", "Acme DAC"), ("SG", "Acme Pte. Ltd."),
    ("FR", "Acme S.A.S."), ("FR", "SARL Acme"), ("LU", "Acme S.à r.l."), ("BE", "Acme BVBA"), ("NL", "Acme B.V."), ("NL", "Acme N.V."),
    ("IT", "Acme S.p.A."), ("IT", "Acme S.r.l."), ("ES", "Acme, S.L.U."), ("PT", "Acme, Lda."), ("BR", "Acme Ltda."), ("BR", "Acme EIRELI"),
    ("MX", "Acme S.A. de C.V."), ("MX", "Acme S. de R.L. de C.V."), ("AR", "Acme S.R.L."), ("CL", "Acme SpA"), ("PE", "Acme S.A.C."),
    ("SE", "Acme AB (publ)"), ("SE", "AB Acme"), ("DK", "Acme A/S"), ("DK", "Acme ApS"), ("NO", "Acme ASA"), ("FI", "Acme Oyj"), ("IS", "Acme ehf."),
    ("EE", "OÜ Acme"), ("LV", "SIA Acme"), ("LT", "UAB „Acme“"), ("PL", "Acme Sp. z o.o."), ("PL", "Acme sp. z o.o. sp. k."),
    ("CZ", "Acme s.r.o."), ("CZ", "Acme, a.s."), ("SK", "Acme spol. s r. o."), ("RO", "S.C. Acme S.R.L."), ("BG", "Акме ЕООД"), ("BG", "Acme EOOD"),
    ("RS", "Acme d.o.o."), ("HR", "Acme j.d.o.o."), ("MK", "Acme dooel"), ("AL", "Acme Sh.p.k."), ("GR", "Acme E.P.E."), ("TR", "Acme A.Ş."),
    ("TR", "Acme San. ve Tic. Ltd. Şti."), ("RU", "ПАО Акме"), ("RU", "ИП Акме"), ("UA", "ТОВ «Акме»"), ("BY", "Акме ЗАО"), ("KZ", "ТОО Акме"),
    ("GE", "შპს Acme"), ("AM", "Acme ՍՊԸ"), ("AE", "Acme FZE"), ("QA", "Acme W.L.L."), ("EG", "Acme ش.م.م"), ("IL", 'Acme בע"מ'),
    ("MY", "Acme Sdn. Bhd."), ("ID", "PT Acme Tbk"), ("TH", "บริษัท Acme จำกัด (มหาชน)"), ("VN", "Công ty TNHH Acme"), ("CN", "Acme有限公司"),
    ("TW", "Acme股份有限公司"), ("JP", "Acme K.K."), ("JP", "株式会社Acme"), ("KR", "(주)Acme"), ("MN", "Акме ХХК"), ("NL", "Acme Holding B.V."),
]  # fmt: skip


_COUNTRIES = (
    "AE AL AM AR AT AU BE BG BR BY CA CH CL CN CZ DE DK EE EG ES FI FR GB GE GR HR HU ID IE IL IN IS IT JP KR KZ LI LT LU LV"
    " MK MN MX MY NL NO PE PL PT QA RO RS RU SE SG SK TH TR TW UA US VN ZA"
)


def test_the_forms_of_these_countries_are_known():
    assert {country for country, _ in LEGAL_FORMS} == set(_COUNTRIES.split())


@pytest.mark.parametrize(("country", "name"), LEGAL_FORMS)
def test_a_legal_form_is_taken_off_in_its_country(country, name):
    key = name_key(name, country)

    assert key.text in ("acme", "akme")
    assert key.legal_form is not None


def test_words_that_are_only_sometimes_a_legal_form_stay_elsewhere():
    assert name_key("Day Spa", "GB").text == "day spa"
    assert name_key("A. O. Smith Corp", "US").text == "ao smith"
    assert name_key("IP Solutions GmbH", "DE").text == "ip solutions"
    assert name_key("SAS Institute", "US").text == "sas institute"


def test_the_acronym_keeps_words_in_the_order_of_the_name():
    assert name_key("International Business Machines Corp.").acronym == "ibm"
    assert name_key("Bank of the West").acronym == "bw"
    assert name_key("Ромашка").acronym == ""


@pytest.mark.parametrize(
    "name", ["", "   ", "🙂", "♥♥", "—", "X", "GmbH", "Ltd.", "有限公司", "The Group", "Holding AG", "ООО"]
)
def test_a_name_that_says_nothing_is_not_distinctive(name):
    assert not name_key(name).distinctive


@pytest.mark.parametrize("name", ["GmbH", "The Group", "有限公司", "Holding AG", "X"])
def test_a_name_is_never_stripped_to_nothing(name):
    assert name_key(name).tokens


@pytest.mark.parametrize("name", ["HP Inc", "3M", "H&M", "H & M Group", "AT&T"])
def test_a_short_name_is_still_a_name(name):
    assert name_key(name).distinctive


@given(st.text(), st.sampled_from([None, "DE", "RU", "ID", "GB"]))
def test_normalising_any_text_twice_changes_nothing(text, country):
    once = name_key(text, country)

    assert name_key(once.text, country).text == once.text


@given(
    st.lists(st.text(ALPHABETS, max_size=6) | st.sampled_from(ENDINGS), max_size=7),
    st.sampled_from([None, "DE", "HU", "FR"]),
)
def test_normalising_names_twice_changes_nothing(parts, country):
    once = name_key(" ".join(parts), country)
    again = name_key(once.text, country)

    assert (again.text, again.sorted_key, again.tokens) == (once.text, once.sorted_key, once.tokens)
    assert once.text.isascii()


def test_a_name_of_nothing_but_forms_costs_no_more_for_being_long():
    assert not name_key("ооо " * 2_000).distinctive
    assert not name_key("公司 " * 2_000).distinctive
