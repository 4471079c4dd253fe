"""Who a company is, which companies are worth comparing, and how alike two of them are."""

import os
import subprocess
import sys

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from shared.matching import Company, blocking_keys, identity_keys, identity_score, rarity_from_counts

MUELLER = Company("Müller Maschinenbau GmbH", country="DE", domain="https://www.mueller-mb.de")
MUELLER_IN_CAPITALS = Company("MUELLER MASCHINENBAU", country="DE")
MUELLER_BY_DOMAIN = Company("mueller-mb.de", country="DE")
ROMASHKA = Company("ООО «Ромашка»", country="RU")
ROMASHKA_IN_LATIN = Company("Romashka LLC", country="RU")


def keys(company: Company) -> list[tuple[str, str]]:
    return [(key.kind, key.value) for key in identity_keys(company)]


def test_identity_is_the_tax_number_then_the_domain():
    company = Company("Ромашка", country="RU", tax_id="7707083893", lei="213800KUD8LAJWSQ9D15", domain="romashka.ru")

    assert keys(company) == [
        ("tax_id", "inn:RU7707083893"),
        ("tax_id", "lei:213800KUD8LAJWSQ9D15"),
        ("domain", "romashka.ru"),
    ]


def test_only_without_number_and_domain_the_name_in_its_country_decides():
    assert keys(ROMASHKA) == keys(ROMASHKA_IN_LATIN) == [("name_country", "RU:romashka")]
    assert keys(MUELLER) == keys(MUELLER_BY_DOMAIN) == [("domain", "mueller-mb.de")]
    assert keys(Company("Müller", country="DE")) != keys(Company("Müller", country="AT"))


def test_free_mail_and_mistyped_numbers_decide_nothing():
    company = Company("Globex", country="US", domain="gmail.com", tax_id="DE136695977", email="jane@gmail.com")

    assert keys(company) == [("name_country", "US:globex")]


@pytest.mark.parametrize("name", ["", "🙂", "X", "GmbH", "The Group Ltd"])
def test_a_name_that_says_nothing_decides_nothing(name):
    assert keys(Company(name, country="DE")) == []
    assert identity_score(Company(name, country="DE"), Company(name, country="DE")).value == 0


def test_candidates_meet_over_at_least_one_key():
    pairs = [
        (MUELLER, MUELLER_IN_CAPITALS), (MUELLER, MUELLER_BY_DOMAIN), (MUELLER_IN_CAPITALS, MUELLER_BY_DOMAIN), (ROMASHKA, ROMASHKA_IN_LATIN),
        (Company("Romashka"), Company("Romaschka")), (Company("Bayerische Motoren Werke AG", country="DE"), Company("BMW", country="DE")),
        (Company("Acme", phone="+36 1 234 5678"), Company("Zenit", phone="06 1 234 5678", country="HU")),
        (Company("Acme", email="jane@gmail.com"), Company("Zenit", email="Jane@googlemail.com")),
        (Company("Acme", domain="acme.com", parent_domains=("house.com",)), Company("House", domain="house.com")),
    ]  # fmt: skip

    for one, other in pairs:
        assert set(blocking_keys(one)) & set(blocking_keys(other)), (one, other)


def test_strangers_meet_over_no_key():
    globex = Company("Globex Solutions Ltd", country="GB", domain="gmail.com", email="a@gmail.com")
    initech = Company("Initech Solutions Ltd", country="GB", domain="gmail.com", email="b@gmail.com")

    assert not set(blocking_keys(globex)) & set(blocking_keys(initech))


def test_keys_are_the_same_in_every_process():
    script = "from shared.matching import *; print(blocking_keys(Company('Müller Maschinenbau GmbH', country='DE')))"
    outputs = {
        subprocess.run(
            [sys.executable, "-X", "utf8", "-c", script],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }

    assert len(outputs) == 1


def test_an_equal_tax_number_settles_it():
    score = identity_score(Company("Acme", tax_id="DE136695976"), Company("Zenit", tax_id="136 695 976", country="DE"))

    assert (score.value, score.relation, dict(score.features)) == (1.0, "same", {"tax_id": 1.0})


@pytest.mark.parametrize(
    ("one", "other", "value"),
    [
        (MUELLER, MUELLER_IN_CAPITALS, 0.70),  # name alone
        (ROMASHKA, ROMASHKA_IN_LATIN, 0.70),
        (Company("Acme", domain="acme.com"), Company("Acme Inc", domain="www.acme.com"), 0.94),  # 1 − 0.2·0.3
        (Company("Acme", domain="acme.com"), Company("Zenit Kft", domain="acme.com"), 0.80),
        (Company("Acme", domain="acme.com", alias_domains=("acme.de",)), Company("Zenit", domain="acme.de"), 0.60),
        (Company("Acme", email="jane@gmail.com"), Company("Acme", email="jane@gmail.com"), 0.85),  # 1 − 0.3·0.5
        (Company("Acme", address="1 Main Street"), Company("Acme", address="1 Main St."), 0.775),  # 1 − 0.3·0.75
        (Company("Acme", address="1 Main Street"), Company("Acme", address="7 Main Street"), 0.70),
        (Company("Acme", country="US"), Company("Acme", country="HU"), 0.42),  # 0.70 × 0.6
        (Company("Acme"), Company("Zenit"), 0.0),
        (Company("Acme", domain="gmail.com"), Company("Zenit", domain="gmail.com"), 0.0),
    ],
)
def test_signals_combine_as_specified(one, other, value):
    assert identity_score(one, other).value == value


def test_a_company_known_by_its_domain_is_found_by_it():
    assert identity_score(MUELLER, MUELLER_BY_DOMAIN).value >= 0.90
    assert identity_score(MUELLER_IN_CAPITALS, MUELLER_BY_DOMAIN).value >= 0.50


def test_common_words_count_for_less_than_rare_ones():
    common = identity_score(Company("Global Solutions"), Company("Global Solutions Ltd")).value
    rare = identity_score(Company("Romashka Brambory"), Company("Romashka Brambory Ltd")).value
    shared_word_only = identity_score(Company("Kovács Solutions"), Company("Szabó Solutions")).value

    assert shared_word_only < 0.50 < common < rare


def test_a_tenants_own_counts_make_a_word_common():
    counts = rarity_from_counts({"romashka": 1000, "brambory": 1}, 1000)

    assert counts == {"romashka": 0.0, "brambory": 1.0}
    assert identity_score(Company("Romashka"), Company("Romashka"), token_rarity=counts).value == 0.28
    assert identity_score(Company("Brambory"), Company("Brambory"), token_rarity=counts).value == 0.70


@pytest.mark.parametrize(
    ("one", "other", "relation"),
    [
        (Company("Globex"), Company("Globex Inc"), "same"),
        (Company("Müller"), Company("Müller Maschinenbau"), "same"),
        (Company("Globex"), Company("Globex Healthineers"), "related"),
        (Company("Globex"), Company("Globex Hungary Kft."), "related"),
        (Company("Globex Austria"), Company("Globex Hungary"), "related"),
        (Company("Globex", domain="globex.com"), Company("Globex Healthineers", domain="globex.com"), "same"),
        (
            Company("Sub", domain="sub.com", parent_domains=("house.com",)),
            Company("House", domain="house.com"),
            "related",
        ),
        (Company("Globex", tax_id="DE136695976"), Company("Globex", tax_id="DE129273398"), "related"),
        (
            Company("Globex", country="DE", domain="globex.com"),
            Company("Globex", country="HU", domain="globex.com"),
            "same_group",
        ),
        (Company("Globex"), Company("Initech"), "different"),
    ],
)
def test_the_relation_of_two_companies(one, other, relation):
    assert identity_score(one, other).relation == relation


companies = st.builds(
    Company,
    st.text(max_size=12)
    | st.lists(
        st.sampled_from(["Müller", "Mueller", "Muler", "Globex", "Solutions", "Hungary", "GmbH", "ООО", "Ромашка", "mueller-mb.de"]), max_size=4
    ).map(" ".join),
    country=st.sampled_from([None, "DE", "HU"]),
    domain=st.sampled_from([None, "mueller-mb.de", "globex.com", "gmail.com"]),
    parent_domains=st.sampled_from([(), ("globex.com",)]),
    tax_id=st.sampled_from([None, "DE136695976", "DE129273398", "12892312"]),
    email=st.sampled_from([None, "a@gmail.com", "b@globex.com"]),
    phone=st.sampled_from([None, "+3612345678"]),
    address=st.sampled_from([None, "1 Main Street", "Fő utca 1"]),
)  # fmt: skip


@given(companies, companies, st.sampled_from([None, {"muller": 0.1, "globex": 0.5}]))
@example(Company("Müller"), Company("Muler"), {"muller": 0.1})
def test_the_score_is_a_likelihood_and_does_not_depend_on_order(one, other, counted):
    score = identity_score(one, other, token_rarity=counted)

    assert score == identity_score(other, one, token_rarity=counted)
    assert 0 <= score.value <= 1


@given(companies)
def test_companies_with_one_identity_key_are_brought_together(company):
    found = set(blocking_keys(company))

    assert not identity_keys(company) or found
