"""Bodies of customers."""

from typing import Annotated

from pydantic import Field

from shared.web.models import Body, Country, LifecycleOut, Patch, Short, id_of


class NewCustomerIn(Body):
    """A customer of the vendor. Its tax number, its own domain or its name with the country say who it is."""

    id: id_of("cus") | None = None  # type: ignore[valid-type]
    name: Short
    country: Country | None = None
    domain: Short | None = None
    tax_id: Short | None = None
    named_account: bool = False


class CustomerPatch(Patch):
    """A change to a customer. Deals with a named account are always decided by a person."""

    name: Annotated[Short, Field(default_factory=str)]
    named_account: Annotated[bool, Field(default_factory=bool)]


class CustomerOut(LifecycleOut):
    """A customer, as the vendor knows it. `apart_from` are customers that a person has told from this one."""

    name: str
    country: str | None
    domain: str | None
    tax_id: str | None
    named_account: bool
    merged_into: str | None
    apart_from: list[str]
