"""Events about licences, which the deals service publishes."""

from datetime import date

from shared.events.catalog.deals import Amount
from shared.events.envelope import Event


class LicenceStarted(Event):
    """A licence was recorded; one that follows another names it in `renewal_of`."""

    type = "licence.started.v1"
    licence_id: str
    partner_id: str
    deal_id: str | None
    kind: str
    sku: str
    product_family: str
    quantity: int
    starts_on: date
    ends_on: date
    renewal_of: str | None


class LicenceActivated(Event):
    """A trial has become a licence that is paid for, or one that was renewed runs on without the term that was to follow it."""

    type = "licence.activated.v1"
    licence_id: str
    partner_id: str
    starts_on: date
    ends_on: date


class LicenceRenewing(Event):
    """A licence ends soon; `deal_id` is the deal that was registered for its renewal."""

    type = "licence.renewing.v1"
    licence_id: str
    partner_id: str
    deal_id: str
    ends_on: date


class LicenceRenewed(Event):
    """The next term of a licence follows, as the licence `renewed_by`."""

    type = "licence.renewed.v1"
    licence_id: str
    partner_id: str
    renewed_by: str


class LicenceLapsed(Event):
    """A licence has ended and was not renewed."""

    type = "licence.lapsed.v1"
    licence_id: str
    partner_id: str
    ends_on: date


class LicenceCancelled(Event):
    """A licence was ended early: from `cancelled_on` on it is not served."""

    type = "licence.cancelled.v1"
    licence_id: str
    partner_id: str
    deal_id: str | None
    cancelled_on: date
    ends_on: date


class LicenceTransferred(Event):
    """A partner is partner of record of a licence that was another's."""

    type = "licence.transferred.v1"
    licence_id: str
    partner_id: str
    ends_on: date


class LicenceLeft(Event):
    """A partner is not partner of record of a licence any more: it was given to another."""

    type = "licence.left.v1"
    licence_id: str
    partner_id: str


class LicenceRenewalLeft(Event):
    """A licence has ended without its renewal, whose deal was still under way: `outcome` says what has become of that.

    `lost` or `withdrawn` it was closed, and `open` it is left to its owner; `reason` is `licence_cancelled`, `licence_transferred`
    or `licence_lapsed`.
    """

    type = "licence.renewal_left.v1"
    licence_id: str
    partner_id: str
    deal_id: str
    reason: str
    outcome: str


class LicenceInvoiced(Event):
    """A recurring invoice of a licence; subject: the invoice. Money is made of it once, by `invoice_id`.

    `deal_id` is the deal that the licence was sold by, where one is known, and `kind` that of the licence. `term_no` is 1 for
    a first term, and more for those that have followed it.
    """

    type = "licence.invoiced.v1"
    invoice_id: str
    licence_id: str
    deal_id: str | None
    partner_id: str
    sku: str
    product_family: str
    country: str | None
    quantity: int
    net: Amount
    period_from: date
    period_to: date
    happened_on: date
    kind: str | None = None
    term_no: int | None = None


class LicenceUnserved(Event):
    """A licence was cancelled early: `net` is what was invoiced for days that are not served, at most once for an `invoice_id`."""

    type = "licence.unserved.v1"
    invoice_id: str
    licence_id: str
    deal_id: str | None
    partner_id: str
    sku: str
    product_family: str
    net: Amount
    happened_on: date
