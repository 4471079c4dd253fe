"""What can await somebody: counts of lists of the API, by side and permission. Data, read by the landing view."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Literal


@dataclass(frozen=True, slots=True)
class Item:
    """A count of a list: who is shown it, and which of its rows are counted.

    `permission` is what the caller could act with; the list's own, to read it, is `reads`. `within` counts only rows whose
    instant or day in that column comes at most so much later than now, `whose` only those that name the caller in that
    column: its account, or its partner where that is what the column names.
    """

    code: str
    service: str
    noun: str
    status: tuple[str, ...]
    permission: str
    side: Literal["vendor", "partner"] | None = None
    reads: str = ""
    within: tuple[str, timedelta] | None = None
    whose: Literal["", "account_id", "partner_id"] = ""

    @property
    def to_read(self) -> str:
        """The permission of the list."""
        return self.reads or f"{self.noun}:read"


_UNASSIGNED: Final = ("new", "qualified", "routing", "unroutable")
_UNDECIDED_CASES: Final = ("open", "assigned", "appealed")
_LIVE_DEALS: Final = ("draft", "submitted", "in_review", "pending_approval", "returned", "approved")
_UNDECIDED: Final = ("submitted", "screening", "in_review")

ITEMS: Final = (
    Item("applications_to_decide", "partners", "applications", _UNDECIDED, "applications:read", "vendor"),
    Item("deals_to_decide", "deals", "deals", ("in_review",), "deals:approve", "vendor", reads="deals:view"),
    Item("conflict_cases_open", "deals", "conflict-cases", _UNDECIDED_CASES, "conflict-cases:read", "vendor"),
    Item(
        *("approvals_to_decide", "deals", "approval-tasks", ("open",), "approval-tasks:approve", "vendor"),
        whose="account_id",
    ),
    Item(
        "extensions_to_decide", "deals", "protection-extensions", ("asked",), "protection-extensions:approve", "vendor"
    ),
    Item("special_prices_to_approve", "deals", "special-prices", ("requested",), "special-prices:approve", "vendor"),
    Item("tenders_to_award", "deals", "tenders", ("closed",), "tenders:approve", "vendor"),
    Item("engagements_to_approve", "deals", "engagements", ("in_approval",), "engagements:approve", "vendor"),
    Item("solutions_to_validate", "deals", "solutions", ("in_validation",), "solutions:approve", "vendor"),
    Item("orders_to_decide", "deals", "orders", ("submitted", "validated"), "orders:approve", "vendor"),
    Item("pos_matches_to_decide", "deals", "pos-matches", ("unmatched",), "pos-matches:approve", "vendor"),
    Item(
        *("licences_to_renew", "deals", "licences", ("active", "renewing"), "licences:approve", "vendor"),
        within=("ends_on", timedelta(days=60)),
    ),
    Item("leads_to_assign", "leads", "leads", _UNASSIGNED, "leads:approve", "vendor"),
    Item("partners_to_activate", "partners", "partners", ("onboarding",), "partners:approve", "vendor"),
    Item("plan_versions_to_publish", "incentives", "plan-versions", ("draft",), "plan-versions:write", "vendor"),
    Item("statements_to_approve", "incentives", "statements", ("in_review",), "statements:approve", "vendor"),
    Item("statements_to_publish", "incentives", "statements", ("approved",), "statements:approve", "vendor"),
    Item("payouts_to_approve", "incentives", "payouts", ("pending_approval",), "payouts:approve", "vendor"),
    Item("payouts_to_submit", "incentives", "payouts", ("approved",), "payouts:pay", "vendor"),
    Item("payouts_to_confirm", "incentives", "payouts", ("submitted",), "payouts:pay", "vendor"),
    Item("accounts_invited", "gateway", "accounts", ("invited",), "accounts:write", "vendor"),
    Item("offers_to_answer", "leads", "offers", ("offered",), "leads:write", "partner"),
    Item("leads_to_work", "leads", "leads", ("accepted", "contacted", "working"), "leads:write", "partner"),
    Item("deals_returned", "deals", "deals", ("returned",), "deals:write", "partner", reads="deals:view"),
    Item(
        *("protections_ending", "deals", "deals", ("approved",), "deals:write", "partner"),
        reads="deals:view",
        within=("protected_until", timedelta(days=14)),
    ),
    Item("deals_open", "deals", "deals", _LIVE_DEALS, "deals:write", "partner", reads="deals:view"),
    Item(
        *("engagements_to_answer", "deals", "engagements", ("pending",), "engagements:write", "partner"),
        whose="partner_id",
    ),
    Item(
        *("consents_to_give", "deals", "transfer-consents", ("asked",), "deals:write", "partner"),
        reads="deals:read",
        whose="partner_id",
    ),
    Item(
        *("licences_ending", "deals", "licences", ("active", "renewing"), "deals:write", "partner"),
        reads="licences:read",
        within=("ends_on", timedelta(days=60)),
    ),
    Item("tenders_open", "deals", "tenders", ("open",), "deals:write", "partner"),
    Item("quotes_issued", "deals", "quotes", ("issued",), "quotes:write", "partner"),
    Item("statements_to_acknowledge", "incentives", "statements", ("published",), "statements:write", "partner"),
    Item("payouts_under_way", "incentives", "payouts", ("approved", "submitted"), "payouts:read", "partner"),
    Item("people_invited", "partners", "people", ("invited",), "people:write", "partner"),
    Item(
        *("webhook_deliveries_failed", "gateway", "webhook-deliveries", ("failed",), "webhook-endpoints:write"),
        reads="webhook-endpoints:read",
    ),
)
