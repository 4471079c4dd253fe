"""Which words of two names are one word."""

import pytest

from shared.matching import Company, identity_score
from shared.matching.alignment import aligned


@pytest.mark.parametrize(
    ("first", "second", "apart"),
    [
        ("acme tools", "acme tools", []),
        ("globex maschinen", "globex machinen", []),  # a slip
        ("globex", "golbex", []),
        ("acme technologies", "acme technology", []),  # everybody's word, inflected
        ("acme technologies", "acme tech", []),  # and cut short
        ("acme international", "acme intl", []),
        ("lite on", "liteon", []),  # written as one
        ("acme soft ware", "acme software", []),
        ("tools acme", "acme tools", []),  # order tells nothing
        ("bank mlawa", "bank ilawa", ["ilawa", "mlawa"]),  # the first letter is seldom mistaken
        ("acme 24", "acme 25", ["24", "25"]),  # a digit is no slip
        ("volksbank bocholt", "volksbank minden", ["bocholt", "minden"]),
        ("globex", "globex healthineers", ["healthineers"]),
        ("ab tools", "ac tools", ["ab", "ac"]),  # too short to be a slip
    ],
)
def test_words_that_mean_one_are_put_together(first, second, apart):
    for a, b in ((first, second), (second, first)):
        words = aligned(tuple(a.split()), tuple(b.split()))

        assert sorted(words.only_first | words.only_second) == apart


def test_a_word_of_its_own_on_either_side_makes_two_companies_of_near_names():
    misspelt = identity_score(Company("Volksbank Bocholt"), Company("Volksbank Bochlot"))
    another = identity_score(Company("Volksbank Bocholt"), Company("Volksbank Minden"))

    assert (misspelt.relation, another.relation) == ("same", "different")
    assert another.features["name_apart"] == 1.0


def test_two_domains_of_different_names_speak_against_one_company():
    one_name = identity_score(Company("Globex", domain="globex.com"), Company("Globex", domain="globex.de"))
    two_names = identity_score(Company("Globex", domain="globex.com"), Company("Globex", domain="initech.de"))

    assert one_name.value == 0.70
    assert two_names.value == 0.525
    assert two_names.features["domains_differ"] == 1.0
