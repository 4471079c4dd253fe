"""What a resolution means for the registrations in it. Pure."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final, Literal

from shared.errors import Conflict, Fault, Invalid

Resolution = Literal["upheld", "rejected_match", "split_scope", "dual", "customer_choice"]
Identity = Literal["same", "different"]
# What each resolution says of the customers in it, where its reviewer says nothing else.
_IMPLIED: Final[Mapping[str, Identity]] = {
    "upheld": "same",
    "rejected_match": "different",
    "split_scope": "same",
    "dual": "same",
    "customer_choice": "same",
}


class NothingToAppeal(Conflict):
    """Nothing was decided against this registration, or it has ended since."""

    code, title = "nothing_to_appeal", "There is nothing to appeal against"


class AppealWindowClosed(Conflict):
    """The time for an appeal against this resolution is over."""

    code, title = "appeal_window_closed", "Too late to appeal"


class NothingLeftToSplit(Conflict):
    """The other registration would keep no country at all."""

    code, title = "nothing_left_to_split", "Nothing is left to the other registration"


def check_terms(
    resolution: Resolution,
    *,
    identity: Identity | None,
    territories: Sequence[str] | None,
    chosen_deal_id: str | None,
    deal_ids: Sequence[str],
) -> None:
    """Raise Invalid where what is said about a resolution does not belong to it, is missing, or contradicts it."""
    faults: list[Fault] = []
    if identity is not None and identity != _IMPLIED[resolution] and resolution != "rejected_match":
        faults.append(Fault("/identity", "contradiction", "Two customers are no conflict to uphold."))
    if (territories is not None) != (resolution == "split_scope"):
        faults.append(
            Fault("/territories", "for_split_scope", "Countries are named where the scope is split, and only there.")
        )
    if (chosen_deal_id is not None) != (resolution == "customer_choice"):
        faults.append(
            Fault("/chosen_deal_id", "for_customer_choice", "A deal is chosen where the customer has, and only there.")
        )
    elif chosen_deal_id is not None and chosen_deal_id not in deal_ids:
        faults.append(Fault("/chosen_deal_id", "not_in_case", "This deal is not one of the case."))
    if faults:
        raise Invalid(errors=faults)


def label_of(resolution: str, identity: str | None) -> str:
    """Return what a resolution says of the customers: `same`, `different`."""
    return identity or _IMPLIED[resolution]


def implied(resolution: str, findings: Sequence[Mapping[str, Any]]) -> Identity | None:
    """Return what a resolution says of the customers though its reviewer does not: a rejected match of one customer is of two.

    Where a key names one customer for both registrations, they could not be approved beside each other otherwise.
    """
    one = any(each["same_customer"] for each in findings if each["source"] == "registration" and not _is_note(each))
    return "different" if resolution == "rejected_match" and one else None


def labelled(findings: Sequence[Mapping[str, Any]], *, says_identity: bool) -> list[Mapping[str, Any]]:
    """Return the findings that a resolution labels: all where its reviewer said who is who, else the one that weighs most."""
    compared = [each for each in findings if each["deal_id"] is not None and not _is_note(each)]
    return compared if says_identity else compared[:1]


def is_in_time(at: datetime, *, until: datetime | None) -> bool:
    """Tell whether an appeal may still be made."""
    return until is not None and at < until


def _is_note(finding: Mapping[str, Any]) -> bool:
    return bool(finding["class"] == "none")
