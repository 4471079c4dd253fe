"""Bodies of applications."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from services.partners.partners.schemas import Codes, TaxId, Website
from services.partners.people.schemas import Locale
from services.partners.screening.schemas import ApplicationId, ScreeningEvaluationOut
from shared.web.models import Body, Code, Country, Email, LifecycleOut, Long, Out, Patch, Short, Whole

Answer = bool | Whole | Annotated[str, Field(max_length=2000)] | Annotated[list[Short], Field(max_length=50)] | None
Answers = Annotated[
    dict[Annotated[str, Field(min_length=1, max_length=64)], Answer], Field(max_length=50, description="By question.")
]


class ApplyingCompanyIn(Body):
    """The company that applies."""

    legal_name: Short
    country: Country
    website: Website | None = None
    tax_id: TaxId | None = None


class ApplyingContactIn(Body):
    """The person who will administer the partner's account."""

    given_name: Short
    family_name: Short
    email: Email
    locale: Locale = "en"


class ApplicationIn(Body):
    """An application. Without a token it is submitted and screened at once; the vendor's starts as a draft."""

    id: ApplicationId | None = None
    company: ApplyingCompanyIn
    contact: ApplyingContactIn
    answers: Answers = {}
    partner_types: Codes = ["reseller"]


class ApplyingCompanyPatch(Patch):
    """What can change of the company."""

    legal_name: Annotated[Short, Field(default_factory=str)]
    country: Annotated[Country, Field(default_factory=str)]
    website: Website | None = None
    tax_id: TaxId | None = None


class ApplyingContactPatch(Patch):
    """What can change of the contact."""

    given_name: Annotated[Short, Field(default_factory=str)]
    family_name: Annotated[Short, Field(default_factory=str)]
    email: Annotated[Email, Field(default_factory=str)]
    locale: Annotated[Locale, Field(default_factory=str)]


class ApplicationPatch(Patch):
    """What can change of a draft; objects are merged, answers by question."""

    company: Annotated[ApplyingCompanyPatch, Field(default_factory=ApplyingCompanyPatch)]
    contact: Annotated[ApplyingContactPatch, Field(default_factory=ApplyingContactPatch)]
    answers: Annotated[Answers, Field(default_factory=dict)]
    partner_types: Annotated[Codes, Field(default_factory=list)]


class ApprovalIn(Body):
    """Why, and whether a partner of the same identity is no obstacle."""

    reason: Long | None = None
    accept_duplicate: bool = False


class RejectionIn(Body):
    """Why, in words and in codes."""

    reason: Long | None = None
    reason_codes: Annotated[list[Code], Field(max_length=20)] = []


class ApplyingCompanyOut(Out):
    """The company that applies."""

    legal_name: str
    country: str
    website: str | None
    tax_id: str | None


class ApplyingContactOut(Out):
    """The person who will administer the partner's account."""

    given_name: str
    family_name: str
    email: str
    locale: str


class ApplicationOut(LifecycleOut):
    """An application as the vendor sees it."""

    company: ApplyingCompanyOut
    contact: ApplyingContactOut
    answers: dict[str, Any]
    partner_types: list[str]
    source: str
    reasons: list[str]
    decision_trace: ScreeningEvaluationOut | None
    policy_version: int | None
    duplicate_of: str | None
    decision_reason: str | None
    submitted_at: datetime | None
    decided_at: datetime | None
    decided_by: str | None
    reapply_from: datetime | None
    partner_id: str | None


class ApplicationReceiptOut(Out):
    """What an applicant without a token gets: neither reasons nor whom the vendor knows already."""

    object: Literal["application"]
    id: str
    version: int
    created_at: datetime
    updated_at: datetime
    submitted_at: datetime | None
    status: str
