"""The partners service's decisions, as tables."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from services.partners.applications.rules import (
    CoolingOff,
    Rival,
    gives_way,
    recently_rejected,
    require_cooled_off,
    rival_application,
    rival_partner,
    status_after,
)
from services.partners.partners.rules import PartnerReadOnly, require_own_fields, require_working, termination_day
from services.partners.people.rules import LastAdmin, Member, checked_roles, require_another_admin
from services.partners.screening.facts import Applicant, Lists, Standing, facts_of
from services.partners.tiers.rules import Assignment, tier_on
from shared.errors import Forbidden, Invalid

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
TODAY = date(2026, 3, 1)


@pytest.mark.parametrize(
    ("outcome", "auto_approve", "status"),
    [
        ("pass", True, "approved"),
        ("pass", False, "in_review"),
        ("refer", True, "in_review"),
        ("refer", False, "in_review"),
        ("fail", True, "rejected"),
        ("fail", False, "rejected"),
    ],
)
def test_only_a_fail_and_a_pass_that_may_decides_by_itself(outcome: str, auto_approve: bool, status: str) -> None:
    assert status_after(outcome, auto_approve=auto_approve) == status


@pytest.mark.parametrize(
    ("rival", "open_rival", "cooling", "freed"),
    [
        (Rival("app_1", "application", "in_review"), "app_1", False, False),
        (Rival("app_1", "application", "withdrawn"), None, False, True),
        (Rival("app_1", "application", "rejected", NOON - timedelta(days=29, hours=23)), None, True, True),
        (Rival("app_1", "application", "rejected", NOON - timedelta(days=30)), None, False, True),
        (Rival("ptr_1", "partner", ""), None, False, False),
    ],
)
def test_a_rival_counts_by_its_state(rival: Rival, open_rival: str | None, cooling: bool, freed: bool) -> None:
    assert rival_application([rival]) == open_rival
    assert recently_rejected([rival], at=NOON) is cooling
    assert gives_way(rival) is freed
    assert rival_partner([rival]) == (rival.id if rival.kind == "partner" else None)


def test_a_rejection_cools_off_for_exactly_thirty_days() -> None:
    require_cooled_off("rejected", NOON - timedelta(days=30), at=NOON)
    require_cooled_off("withdrawn", NOON, at=NOON)
    with pytest.raises(CoolingOff):
        require_cooled_off("rejected", NOON - timedelta(days=30) + timedelta(seconds=1), at=NOON)


@pytest.mark.parametrize("status", ["new", "invited", "active"])
def test_the_only_administrator_stays(status: str) -> None:
    leaving = Member("per_1", status, ("partner_admin",))
    with pytest.raises(LastAdmin):
        require_another_admin(leaving, [leaving, Member("per_2", "active", ("sales",))])


@pytest.mark.parametrize(
    ("leaving", "other", "may_leave"),
    [
        ("active", "active", True),
        ("active", "invited", False),
        ("active", "new", False),
        ("invited", "active", True),
        ("invited", "invited", True),
        ("invited", "new", False),
        ("new", "new", True),
        ("active", "deactivated", False),
    ],
)
def test_a_successor_is_at_least_as_near_to_acting(leaving: str, other: str, may_leave: bool) -> None:
    first, second = Member("per_1", leaving, ("partner_admin",)), Member("per_2", other, ("partner_admin", "sales"))
    if may_leave:
        require_another_admin(first, [first, second])
    else:
        with pytest.raises(LastAdmin):
            require_another_admin(first, [first, second])


def test_roles_come_in_one_order_and_some_are_the_vendors_to_grant() -> None:
    assert checked_roles(["viewer", "partner_admin", "viewer"], by_partner=True) == ["partner_admin", "viewer"]
    assert checked_roles(["distributor_admin"], by_partner=False) == ["distributor_admin"]
    assert checked_roles(["distributor_admin"], granted_before=["distributor_admin"], by_partner=True)
    with pytest.raises(Forbidden):
        checked_roles(["distributor_admin"], by_partner=True)
    for wrong in ([], ["root"], ["tenant_admin"]):
        with pytest.raises(Invalid):
            checked_roles(wrong, by_partner=False)


def test_a_partner_works_in_three_states_and_changes_two_fields() -> None:
    for status in ("onboarding", "active", "probation"):
        require_working(status)
    for status in ("suspended", "terminated"):
        with pytest.raises(PartnerReadOnly):
            require_working(status)
    require_own_fields({"website"}, allowed=("website", "accepts_leads"))
    with pytest.raises(Forbidden):
        require_own_fields({"website", "tier"}, allowed=("website", "accepts_leads"))


def test_a_partnership_ends_today_or_later() -> None:
    assert termination_day(None, today=TODAY) == TODAY
    assert termination_day(TODAY, today=TODAY) == TODAY
    assert termination_day(date(2026, 12, 31), today=TODAY) == date(2026, 12, 31)
    with pytest.raises(Invalid):
        termination_day(date(2026, 2, 28), today=TODAY)


@pytest.mark.parametrize(
    ("day", "tier"),
    [
        (date(2025, 12, 31), None),
        (date(2026, 1, 1), "bronze"),
        (date(2026, 1, 31), "bronze"),
        (date(2026, 2, 1), "gold"),
        (date(2026, 6, 1), "gold"),
    ],
)
def test_the_tier_of_a_day_is_the_last_that_had_begun(day: date, tier: str | None) -> None:
    history = [
        Assignment("gold", date(2026, 2, 1), NOON + timedelta(hours=1), "tas_3"),
        Assignment("silver", date(2026, 2, 1), NOON, "tas_2"),
        Assignment("bronze", date(2026, 1, 1), NOON + timedelta(days=3), "tas_1"),
    ]

    found = tier_on(history, day)

    assert (found.tier if found else None) == tier


@pytest.mark.parametrize(
    ("company", "facts"),
    [
        ({}, {"free_mail": False, "site_mail_mismatch": False, "email_domain": "globex.de"}),
        ({"email": "a@gmail.com"}, {"free_mail": True, "site_mail_mismatch": False}),
        ({"email": "a@yahoo.co.jp"}, {"free_mail": True}),
        ({"email": "a@eu.globex.de"}, {"site_mail_mismatch": False}),
        ({"email": "a@globex.com"}, {"site_mail_mismatch": True}),
        ({"website": None}, {"site_domain": None, "site_mail_mismatch": False}),
        ({"website": "https://facebook.com/globex"}, {"site_mail_mismatch": False}),
        ({"tax_id": "DE136695976"}, {"tax_id_given": True, "tax_id_valid": True}),
        ({"tax_id": "DE136695970"}, {"tax_id_given": True, "tax_id_valid": False}),
        ({"legal_name": "EVIL corp."}, {"denied_party": True}),
        ({"legal_name": "Ромашка ООО", "country": "RU"}, {"denied_party": True}),
        ({"legal_name": "Good Corp"}, {"denied_party": False}),
        ({"website": "https://shop.rival.com"}, {"competitor": True}),
    ],
)
def test_facts_are_read_from_what_the_applicant_says(company: dict[str, str], facts: dict[str, object]) -> None:
    said: dict[str, Any] = {
        "legal_name": "Globex",
        "country": "DE",
        "website": "https://www.globex.de/about",
        "tax_id": None,
        "email": "anna@globex.de",
        "partner_types": (),
    }
    lists = Lists(denied_parties=("Evil Corp LLC", "Romashka"), competitor_domains=("https://rival.com",))

    found = facts_of(Applicant(**{**said, **company}), Standing(), lists)

    assert {name: found[f"application.{name}"] for name in facts} == facts
