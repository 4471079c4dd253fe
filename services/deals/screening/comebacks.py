"""Who stands in the way of a registration that comes back: not whom a person has decided about already. Pure."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, Final

from services.deals.screening.findings import told_by
from services.deals.screening.rules import Finding, Screening, verdict_over

_NAMED_BY: Final = ("deal_id", "lead_id", "direct_opportunity_id", "licence_id", "customer_id")


def named_by(finding: Mapping[str, Any]) -> str | None:
    """Return what a finding, as it is kept, is about: a registration, else what else was found, else the customer."""
    return next((finding[name] for name in _NAMED_BY if finding.get(name) is not None), None)


def decided_in(cases: Iterable[Mapping[str, Any]]) -> frozenset[str | None]:
    """Return those about whom a person has decided in some cases; what has closed by itself is no decision."""
    decided = (each for each in cases if each["resolution"] not in (None, "superseded"))
    return frozenset(named_by(finding) for each in decided for finding in each["findings"])


def known_to(trace: Sequence[Mapping[str, Any]]) -> frozenset[str | None]:
    """Return those a little alike who were known when a registration was decided with this trace."""
    screened = [each["inputs"] for each in trace if each["rule"] == "conflict_screening" and each["inputs"]]
    found = (finding for inputs in screened for finding in inputs["findings"])
    return frozenset(named_by(finding) for finding in found if finding["class"] == "possible")


def in_the_way(
    screening: Screening,
    *,
    decided: Collection[str | None] = (),
    known: Collection[str | None] = (),
    behind: Collection[str] = (),
) -> Screening:
    """Return a screening without those who were `decided` about, who are as little alike as was `known`, or who wait `behind`."""

    def stands(finding: Finding) -> bool:
        name = named_by(finding.to_json())
        if finding.is_note:
            return True
        return not (name in decided or name in behind or (finding.verdict == "possible" and name in known))

    return verdict_over([each for each in screening.findings if stands(each)], policy=screening.policy)


def met_since(findings: Sequence[Mapping[str, Any]], found: Screening) -> dict[str, Any]:
    """Return what a case says that comes up again, with those `found` now who were not in it; nothing where it stays as it was."""
    told = {named_by(each) for each in findings}
    new = [finding.to_json() for finding in found.findings if finding.verdict != "none"]
    more = [each for each in new if named_by(each) not in told]
    return told_by([*findings, *more]) if more else {}
