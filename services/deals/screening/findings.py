"""What a case says of those that it found, where one has gone, come, or handed over to another. Pure."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from services.deals.screening.verdicts import summed_up

Kept = Mapping[str, Any]
"""A finding as a case keeps it."""


def told_by(findings: Sequence[Kept]) -> dict[str, Any]:
    """Return what a case says by these findings: them, the gravest class, and the reasons of those that are in it, and of notes."""
    gravest, reasons = summed_up((each["class"], each["reasons"], each["source"]) for each in findings)
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
    if claim is None:
        return True
    is_remembered = claim["incumbent_until"] is not None and claim["incumbent_until"] > at
    return not (stands(claim, at=at) or is_remembered)


def stands(claim: Mapping[str, Any], *, at: datetime) -> bool:
    """Tell whether a claim protects, or asks to."""
    ends_at = claim["period"].upper
    return claim["status"] == "pending" or (claim["status"] == "active" and (ends_at is None or ends_at > at))
