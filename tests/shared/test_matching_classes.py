"""What a likeness means for a registration."""

import pytest

from shared.matching import Company, Scope, Score, Thresholds, classify, identity_score


def scored(value: float, relation: str = "same") -> Score:
    return Score(value, {"domain": 1.0}, relation)


@pytest.mark.parametrize(
    ("value", "claimed", "verdict"),
    [
        (0.4999, True, "none"), (0.50, True, "possible"), (0.6999, True, "possible"), (0.70, True, "probable"), (0.8999, True, "probable"),
        (0.90, True, "blocking"), (1.0, True, "blocking"), (0.90, False, "probable"), (1.0, False, "probable"),
    ],
)  # fmt: skip
def test_classes_begin_where_the_specification_says(value, claimed, verdict):
    assert classify(scored(value), overlapping_exclusive_claim=claimed).verdict == verdict


@pytest.mark.parametrize("relation", ["related", "same_group"])
def test_a_parent_subsidiary_or_sister_is_for_a_human_even_under_a_claim(relation):
    assert classify(scored(1.0, relation), overlapping_exclusive_claim=True).verdict == "related"


@pytest.mark.parametrize(
    ("scope", "reason"),
    [
        (Scope(product_overlap=0), "other_products"),
        (Scope(territory_overlaps=False), "other_territory"),
        (Scope(period_overlaps=False), "other_period"),
    ],
)
def test_the_same_customer_for_something_else_is_information_only(scope, reason):
    result = classify(scored(1.0), overlapping_exclusive_claim=False, scope=scope)

    assert result.verdict == "none"
    assert result.reasons[-1] == reason


def test_another_project_of_a_large_account_is_for_a_reviewer():
    result = classify(scored(1.0), overlapping_exclusive_claim=True, scope=Scope(project_likeness=0.1))

    assert (result.verdict, result.reasons[-1]) == ("probable", "other_project")


def test_reasons_name_the_evidence():
    mine = Company("Müller Maschinenbau GmbH", country="DE", domain="mueller-mb.de", email="jane@mueller-mb.de")
    theirs = Company("MUELLER MASCHINENBAU", country="DE", domain="www.mueller-mb.de", email="jane@mueller-mb.de")

    result = classify(identity_score(mine, theirs), overlapping_exclusive_claim=True)

    assert result.reasons == ("same_domain", "same_contact", "same_name", "exclusive_claim")


def test_two_strangers_with_free_mail_are_nothing_to_each_other():
    mine = Company("Globex", country="HU", domain="gmail.com", email="globex@gmail.com")
    theirs = Company("Initech", country="HU", domain="gmail.com", email="initech@gmail.com")

    result = classify(identity_score(mine, theirs), overlapping_exclusive_claim=True)

    assert (result.verdict, result.reasons) == ("none", ())


def test_a_program_sets_its_own_thresholds():
    strict = Thresholds(possible=0.3, probable=0.4, certain=0.6)

    assert classify(scored(0.6), overlapping_exclusive_claim=True, thresholds=strict).verdict == "blocking"
    with pytest.raises(ValueError, match="rise"):
        Thresholds(possible=0.8, probable=0.7)


def test_every_result_names_the_engine_that_decided():
    assert classify(scored(0.2), overlapping_exclusive_claim=False).engine_version
