"""How likely a company that papers name is a customer that is known."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from services.deals.customers.queries import KnownCustomer, holders_of
from services.deals.customers.rules import deciding_holder
from shared.db.tx import Tx
from shared.matching import Company, identity_keys, identity_score

# A customer that the papers' own keys name is theirs, whatever else is written of it.
_NAMED: Final = {"customer_key": 1.0}


@dataclass(frozen=True, slots=True)
class Named:
    """A company as papers name it, and the customer whose keys it has, where there is one."""

    company: Company
    holder_id: str | None


async def named_by(tx: Tx, company: Company) -> Named:
    """Return a company with the customer that its keys name; as the engine, whosever the customer is."""
    keys = identity_keys(company)
    holder = deciding_holder(company, keys, await holders_of(tx, keys) if keys else {})
    return Named(company, None if holder is None else holder.customer_id)


def likeness(customer: KnownCustomer | None, named: Named) -> tuple[float, Mapping[str, float]]:
    """Return how likely a customer is the company named, from 0 to 1, and by what."""
    if customer is None:
        return 0.0, {}
    if customer.id == named.holder_id:
        return 1.0, _NAMED
    scored = max((identity_score(named.company, each) for each in customer.companies), key=lambda score: score.value)
    return scored.value, scored.features
