"""What a case says of those that it found, where one has gone, come, or handed over to another. Pure."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from services.deals.screening.rules import NOTES, worst_of

Kept = Mapping[str, Any]
"""A finding as a case keeps it."""


def told_by(findings: Sequence[Kept]) -> dict[str, Any]:
    """Return what a case says by these findings: them, the gravest class, and the reasons of those that are in it, and of notes."""
    gravest = worst_of(each["class"] for each in findings)
    telling = [each for each in findings if each["class"] != "none"]
    reasons = dict.fromkeys(reason for each in telling if each["class"] == gravest for reason in each["reasons"])
    notes = [each for each in findings if each["class"] == "none" and each["reasons"] and each["source"] in NOTES]
    reasons |= dict.fromkeys(NOTES[each["source"]] for each in notes)
    return {"findings": list(findings), "class": gravest, "reasons": list(reasons)}


def handed_over(findings: Sequence[Kept], *, old: Kept, new: Kept, asked_by: str) -> list[Kept]:
    """Return findings with one deal's successor in its place; where that is of the partner who asks, they do not meet."""
    named = {"deal_id": new["id"], "partner_id": new["partner_id"]}
    return [
        {**each, **named} if each["deal_id"] == old["id"] else each
        for each in findings
        if each["deal_id"] != old["id"] or new["partner_id"] != asked_by
    ]


def is_elsewhere(
    rival: Mapping[str, Any],
    *,
    own: Mapping[str, Any],
    found_at: str | None,
    apart_from: Collection[str],
    is_rival: bool,
) -> bool:
    """Tell whether a deal that was found has left a case since: for another customer, or another product.

    It was found at a customer, whose name is now `found_at`; two that were told apart do not meet.
    """
    if rival["customer_id"] not in (found_at, own["customer_id"]) or rival["customer_id"] in apart_from:
        return True
    return is_rival and rival["product_family"] != own["product_family"]


def has_let_go(claim: Mapping[str, Any] | None, *, at: datetime) -> bool:
    """Tell whether a claim is no longer on the register: it neither protects nor asks to, nor is its sale remembered."""
    if claim is None or claim["status"] == "pending":
        return claim is None
    if claim["incumbent_until"] is not None and claim["incumbent_until"] > at:
        return False
    ends_at = claim["period"].upper
    return claim["status"] != "active" or (ends_at is not None and ends_at <= at)
