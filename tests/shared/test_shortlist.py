"""Which of many candidates are scored."""

from shared.matching import Company, shortlist

_ASKED = Company("Kovács Pékség Kft.", country="HU")
_OTHERS = [Company(f"Company of Strangers {number}", country="HU") for number in range(20)]


def test_few_candidates_are_all_scored():
    assert shortlist(_ASKED, _OTHERS[:6], nearest=3, alike=3) == [0, 1, 2, 3, 4, 5]


def test_those_that_keys_promise_most_of_are_scored_and_those_whose_names_are_most_alike():
    candidates = [*_OTHERS, Company("PÉKSÉG KOVACS", country="HU")]

    assert shortlist(_ASKED, candidates, nearest=2, alike=1) == [0, 1, 20]


def test_a_name_is_alike_in_any_script():
    candidates = [*_OTHERS, Company("Газпром", country="RU")]

    assert shortlist(Company("Gazprom", country="RU"), candidates, nearest=1, alike=1) == [0, 20]


def test_of_names_alike_those_of_the_same_country_are_scored_first():
    abroad, at_home = Company("Kovács Pékség", country="US"), Company("Kovács Pékségek", country="HU")

    assert shortlist(_ASKED, [*_OTHERS, abroad, at_home], nearest=1, alike=1) == [0, 21]
    assert shortlist(_ASKED, [*_OTHERS, abroad, at_home], nearest=1, alike=2) == [0, 20, 21]


def test_a_name_of_symbols_leaves_the_order_of_the_keys():
    assert shortlist(Company("☂☂☂"), _OTHERS, nearest=2, alike=3) == [0, 1, 2, 3, 4]
