"""What is shown of a protection claim."""

from datetime import datetime

from shared.web.models import ResourceOut


class ProtectionClaimOut(ResourceOut):
    """Who holds a customer for a product family and when; `customer_id` is for the vendor, null for partners.

    The protection lasts from `protected_from` up to, and without, `protected_until`; both are null while the claim is
    pending, and the end also while the protection is paused.
    """

    deal_id: str
    partner_id: str
    customer_id: str | None
    product_family: str
    exclusive: bool
    status: str
    protected_from: datetime | None
    protected_until: datetime | None
