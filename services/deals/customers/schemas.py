"""Bodies of customers."""

from shared.web.models import Patch, ResourceOut, Short


class CustomerPatch(Patch):
    """A change to a customer. Deals with a named account are always decided by a person."""

    name: Short | None = None
    named_account: bool | None = None


class CustomerOut(ResourceOut):
    """A customer, as the vendor knows it."""

    name: str
    country: str | None
    domain: str | None
    tax_id: str | None
    named_account: bool
