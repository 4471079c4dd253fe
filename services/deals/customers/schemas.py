"""Bodies of customers."""

from shared.web.models import LifecycleOut, Patch, Short


class CustomerPatch(Patch):
    """A change to a customer. Deals with a named account are always decided by a person."""

    name: Short | None = None
    named_account: bool | None = None


class CustomerOut(LifecycleOut):
    """A customer, as the vendor knows it. `apart_from` are customers that a person has told from this one."""

    name: str
    country: str | None
    domain: str | None
    tax_id: str | None
    named_account: bool
    merged_into: str | None
    apart_from: list[str]
