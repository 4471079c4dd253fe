"""What a preview of an approval tells."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from services.deals.registrations.schemas import TraceEntryOut
from shared.rules import FAIL, PASS, REFER
from shared.web.models import Out


class DelegatedApproverOut(Out):
    """An account that would answer for another one, which is away."""

    account_id: str
    delegated_from: str


class PreviewedApproverOut(Out):
    """Whose approval is wanted, and the accounts that could give it now; those are the vendor's, null for partners.

    `delegated` has those of them that answer for another.
    """

    role: str | None
    team_role: str | None
    account_ids: list[str] | None
    delegated: list[DelegatedApproverOut] | None


class PreviewedStepOut(Out):
    """A step the deal would go through, and until when it would be answered; the first is due from now, others follow it."""

    code: str
    name: str | None
    mode: Literal["parallel", "sequential"]
    quorum: int
    approvers: list[PreviewedApproverOut]
    due_after_hours: int
    due_at: datetime


class ApprovalPreviewOut(Out):
    """What would become of a deal if it were judged now: the outcome, the rules and conditions behind it, and who is asked."""

    object: Literal["approval_preview"] = "approval_preview"
    deal_id: str
    policy_version: int
    outcome: Annotated[str, Field(json_schema_extra={"enum": [PASS, REFER, FAIL]})]
    decision_trace: list[TraceEntryOut]
    steps: list[PreviewedStepOut]
