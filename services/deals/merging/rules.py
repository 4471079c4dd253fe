"""What goes with whom when a customer turns out to be two. Pure."""

from collections.abc import Iterable

from shared.errors import Conflict
from shared.matching import Company, IdentityKey, identity_keys


class CustomersApart(Conflict):
    """A person has decided that these are two customers; take the pin away first."""

    code, title = "customers_apart", "Two customers"


class CustomerGone(Conflict):
    """The other customer has been merged into one already."""

    code, title = "customer_gone", "The customer was merged"


def going_along(leaving: Iterable[Company], staying: Iterable[Company]) -> list[IdentityKey]:
    """Return the keys that leave a customer with some of its registrations: those that none of the others has."""
    kept = {key for company in staying for key in identity_keys(company)}
    return sorted({key for company in leaving for key in identity_keys(company)} - kept)
