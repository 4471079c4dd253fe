"""Bodies of evidence."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import StringConstraints

from services.deals.evidence.rules import Side
from services.deals.ids import EvidenceId, FileId
from shared.web.models import Body, Code, Day, LifecycleOut, Long, Out

Address = Annotated[str, StringConstraints(max_length=2000, pattern=r"^https://[^\s/?#]+([/?#]\S*)?$")]


class EvidenceIn(Body):
    """Something that shows work with the customer: a file uploaded before, a link or a text, and the day it is of.

    The policy in force lists the types.
    """

    id: EvidenceId | None = None
    type: Code
    happened_on: Day
    file_id: FileId | None = None
    url: Address | None = None
    text: Long | None = None


class EvidenceOut(LifecycleOut):
    """A piece of evidence; `sha256` is of the file's content when it was given, in hexadecimal."""

    deal_id: str
    partner_id: str
    type: str
    happened_on: date
    file_id: str | None
    file_name: str | None
    sha256: str | None
    url: str | None
    text: str | None
    side: Side
    created_by: str
    withdrawn_by: str | None
    withdrawn_at: datetime | None
    withdrawal_reason: str | None


class EvidenceLinkOut(Out):
    """A link that opens the file's content without a token, until it expires."""

    object: Literal["evidence_link"] = "evidence_link"
    evidence_id: str
    url: str
    expires_at: datetime
