"""Who stands in the way of a registration that comes back, and what a case says that comes up again."""

from datetime import UTC, datetime
from typing import Any

import pytest

from services.deals.registrations.admission import taken_back_since
from services.deals.registrations.trace import by_a_person, entry, is_decided_by_a_person
from services.deals.screening.comebacks import decided_in, in_the_way, known_to, met_since, named_by
from services.deals.screening.rules import Finding, Registered, Screening, Source, verdict_over
from shared.matching import Company, Scope, Verdict


def finding(deal_id: str, verdict: Verdict, *, source: Source = "registration") -> Finding:
    rival = Registered(
        deal_id, "ptr_2", f"cus_{deal_id}", "cloud", Company(name="Globex"), verdict == "blocking", source
    )
    return Finding(rival, verdict, ("same_name",), 0.8, {"name": 0.8}, Scope(), False)


def met(*findings: Finding) -> Screening:
    return verdict_over(findings)


def case(resolution: str | None, *deal_ids: str) -> dict[str, Any]:
    return {"resolution": resolution, "findings": [finding(each, "probable").to_json() for each in deal_ids]}


@pytest.mark.parametrize(
    ("found", "left"),
    [
        ({}, "none"),
        ({"new": "probable"}, "probable"),
        ({"new": "blocking"}, "blocking"),
        ({"decided": "blocking"}, "none"),
        ({"decided": "blocking", "new": "possible"}, "possible"),
        ({"known": "possible"}, "none"),
        ({"known": "probable"}, "probable"),
        ({"behind": "probable"}, "none"),
    ],
)
def test_nobody_stands_in_the_way_who_is_decided_about_or_as_little_alike_as_before_or_behind(
    found: dict[str, Verdict], left: str
):
    screening = met(*(finding(deal_id, verdict) for deal_id, verdict in found.items()))

    assert in_the_way(screening, decided={"decided"}, known={"known"}, behind=["behind"]).conflict_class == left


def test_what_is_only_told_of_stays_told():
    noted = finding("own", "none", source="own_registration")

    left = in_the_way(met(noted, finding("decided", "probable")), decided={"decided", "own"})

    assert (left.conflict_class, left.findings, left.reasons) == ("none", (noted,), ("own_registration",))


@pytest.mark.parametrize(
    ("resolution", "decided"),
    [("dual", {"a", "b"}), ("rejected_match", {"a", "b"}), ("superseded", set()), (None, set())],
)
def test_what_closed_by_itself_is_no_decision(resolution: str | None, decided: set[str]):
    assert decided_in([case(resolution, "a", "b")]) == decided


def test_a_trace_tells_who_was_a_little_alike():
    told = [finding("near", "possible").to_trace(), finding("noted", "none").to_trace()]
    screened = {"rule": "conflict_screening", "inputs": {"findings": told}}

    assert known_to([screened, {"rule": "no_conflict", "inputs": {"conflict.class": "possible"}}]) == {"near"}
    assert known_to([{**screened, "inputs": None}]) == frozenset()


def test_a_finding_without_a_registration_is_named_by_what_else_was_found():
    assert named_by({"deal_id": None, "lead_id": "lead_1", "customer_id": "cus_1"}) == "lead_1"
    assert named_by({"source": "named_account", "customer_id": "cus_1"}) == "cus_1"
    assert named_by({"customer_id": None}) is None


def test_a_case_that_comes_up_again_is_also_about_who_was_not_in_it():
    before = case("upheld", "a")["findings"]

    assert met_since(before, met(finding("a", "blocking"))) == {}
    more = met_since(before, met(finding("a", "blocking"), finding("b", "blocking")))
    assert ([each["deal_id"] for each in more["findings"]], more["class"]) == (["a", "b"], "blocking")


def ended(status: str, hour: int, *, by: str = "acc_1", tender: str | None = None) -> dict[str, Any]:
    """A deal that somebody ended; what was revoked, or lost, had been approved the hour before."""
    at = datetime(2030, 1, 7, hour, tzinfo=UTC)
    approved_at = None if status == "rejected" else at.replace(hour=hour - 1)
    return {"status": status, "decided_at": at, "protected_from": approved_at, "decided_by": by, "tender_id": tender}


@pytest.mark.parametrize(
    ("others", "reasons"),
    [
        ([], []),
        ([ended("revoked", 9)], ["revoked_before"]),
        ([ended("revoked", 2)], []),
        ([ended("rejected", 9)], ["rejected_before"]),
        ([ended("rejected", 3)], []),
        ([ended("rejected", 9, by="policy")], []),
        ([ended("rejected", 9, tender="tend_1")], []),
        ([ended("rejected", 9), ended("lost", 12)], []),
        ([ended("rejected", 12), ended("revoked", 9)], ["revoked_before", "rejected_before"]),
    ],
)
def test_what_comes_back_is_for_a_person_where_the_vendor_has_taken_another_back_since(others, reasons):
    assert taken_back_since(others, ended("lost", 6)) == reasons


def test_a_person_has_decided_for_the_reasons_that_the_trace_gives():
    trace = [entry("registration_policy", "review", reasons=["named_account"]), *by_a_person(["conflict"])]

    assert not is_decided_by_a_person(trace, ["named_account"])
    assert is_decided_by_a_person([*trace, *by_a_person(["named_account"])], ["named_account"])
