"""Bodies of customers."""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from services.deals.customers.identifiers import IdentityIn
from shared.web.models import LifecycleOut, Out, Patch, Short, id_of


class NewCustomerIn(IdentityIn):
    """A customer of the vendor. Its tax number, its own domain or its name with the country say who it is."""

    id: id_of("cus") | None = None  # type: ignore[valid-type]
    name: Short
    named_account: bool = False


class CustomerPatch(IdentityIn, Patch):
    """A change to a customer, of what was wrong or is not known. Deals with a named account are always decided by a person."""

    name: Annotated[Short, Field(default_factory=str)]
    named_account: Annotated[bool, Field(default_factory=bool)]


class KnownAsOut(Out):
    """What a customer was registered as, of what compares differently from its own name, domain and number."""

    name: str
    country: str | None
    domain: str | None
    tax_id: str | None


class CustomerOut(LifecycleOut):
    """A customer, as the vendor knows it. `apart_from` are customers that a person has told from this one."""

    name: str
    country: str | None
    domain: str | None
    tax_id: str | None
    lei: str | None
    duns: str | None
    address: str | None
    email: str | None
    phone: str | None
    known_as: list[KnownAsOut]
    named_account: bool
    merged_into: str | None
    apart_from: list[str]
    contacts_erased_at: datetime | None
