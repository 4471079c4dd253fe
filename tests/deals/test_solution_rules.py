"""Solutions: whose they are, and when all of their owners stand behind them."""

from datetime import UTC, datetime

import pytest

from services.deals.solutions.rules import (
    ConsentMissing,
    Owner,
    agreed,
    concerned,
    consented,
    kept_from,
    owner_of,
    require_consents,
    require_owners,
    stored,
)
from shared.errors import Invalid

NOW = datetime(2026, 5, 1, tzinfo=UTC)
A, B = Owner("a", 6_000, NOW), Owner("b", 4_000)


@pytest.mark.parametrize(
    ("owners", "codes"),
    [
        ([A, B], []),
        ([Owner("a", 10_000)], []),
        ([B, Owner("c", 6_000)], ["lead_missing"]),
        ([A], ["not_whole"]),
        ([A, Owner("b", 4_001)], ["not_whole"]),
        ([A, Owner("a", 4_000)], ["duplicate"]),
        ([], ["lead_missing", "not_whole"]),
    ],
)
def test_who_can_own_a_solution(owners: list[Owner], codes: list[str]):
    if not codes:
        require_owners(owners, lead="a")
        return
    with pytest.raises(Invalid) as refused:
        require_owners(owners, lead="a")
    assert [each.code for each in refused.value.errors] == codes


def test_a_split_that_is_changed_keeps_the_consent_of_whoever_changes_it_alone():
    both = consented([A, B], by="b", at=NOW)
    other = [Owner("a", 5_000), Owner("b", 5_000)]

    assert agreed([Owner("a", 6_000), Owner("b", 4_000)], before=both, by="a", at=NOW) == both
    assert [each.consented_at for each in agreed(other, before=both, by="a", at=NOW)] == [NOW, None]
    assert [each.consented_at for each in agreed(other, before=both, by=None, at=NOW)] == [None, None]


def test_all_owners_have_consented_or_consent_is_missing():
    require_consents(consented([A, B], by="b", at=NOW))
    with pytest.raises(ConsentMissing):
        require_consents([A, B])


@pytest.mark.parametrize(
    ("owners", "before", "asked"),
    [
        ([A, B], [], [A, B]),
        ([A, B], [B, A], [A, B]),
        ([A], [A, B], [A, Owner("b", 0)]),
        ([A, Owner("b", 0, NOW)], [A, B], [A, Owner("b", 0, NOW)]),
        ([A, Owner("b", 0)], [], [A]),
        ([A], [A, Owner("b", 0, NOW)], [A]),
    ],
)
def test_who_gives_up_a_part_consents_to_it(owners: list[Owner], before: list[Owner], asked: list[Owner]):
    assert concerned(owners, before=before) == asked


@pytest.mark.parametrize(
    ("partner", "kept"),
    [
        ("a", {"consent"}),
        ("b", {"submit", "edit"}),
        ("c", {"consent", "submit", "edit"}),
        (None, {"consent", "submit", "edit"}),
    ],
)
def test_whose_step_it_is(partner: str | None, kept: set[str]):
    assert set(kept_from(partner, owners=[A, B], lead="a")) == kept


@pytest.mark.parametrize("owner", [A, B])
def test_an_owner_is_read_as_it_was_written(owner: Owner):
    assert owner_of(stored(owner)) == owner
