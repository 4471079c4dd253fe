"""Bodies of transfers."""

from datetime import datetime
from typing import Literal

from services.deals.ids import FileId, PartnerId
from shared.web.models import Body, LifecycleOut, Long, Short


class TransferIn(Body):
    """To whom a registration goes, why, and what shows that the customer wants it, such as its letter.

    Both partners are asked for their consent, unless `override_reason` says why the vendor decides without it. The new
    registration has `title`, or the customer's name.
    """

    to_partner_id: PartnerId
    reason: Long
    file_id: FileId | None = None
    title: Short | None = None
    override_reason: Long | None = None


class DealTransferOut(LifecycleOut):
    """A transfer, for the vendor's staff alone; `sha256` is of the file's content when it was given, in hexadecimal."""

    deal_id: str
    partner_id: str
    to_partner_id: str
    reason: str
    file_id: str | None
    file_name: str | None
    sha256: str | None
    override_reason: str | None
    successor_id: str | None
    created_by: str
    decided_by: str | None
    decided_at: datetime | None


class TransferConsentOut(LifecycleOut):
    """What a partner is asked: to give a registration away, or to take one over. Of the other partner nothing is said."""

    transfer_id: str
    partner_id: str
    side: Literal["old", "new"]
    deal_id: str | None
    customer_name: str
    product_family: str
    reason: str
    answer: str | None
    answered_by: str | None
    answered_at: datetime | None
