"""Which customer a company is, once it is known who holds its keys. Pure."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from shared.matching import Company, IdentityKey, identity_keys, identity_score


@dataclass(frozen=True, slots=True)
class Holder:
    """A customer that holds one of the keys already."""

    customer_id: str
    companies: tuple[Company, ...]
    """As what it is known, its own row first."""

    @property
    def company(self) -> Company:
        """What its own row says of it."""
        return self.companies[0]


def deciding_holder(
    company: Company, keys: Sequence[IdentityKey], holders: Mapping[IdentityKey, Holder]
) -> Holder | None:
    """Return the customer that the keys name, the most authoritative key first, or None for a new customer.

    A domain or a name shared with a company of another tax number does not decide: those are two legal entities.
    """
    for key in keys:
        holder = holders.get(key)
        if holder is not None and (key.kind == "tax_id" or not _is_another_entity(company, holder.company)):
            return holder
    return None


def nearest(company: Company, holder: Holder, apart: Sequence[Holder]) -> Holder:
    """Return which customer a company is, of the one that holds its key and those that were told from that one.

    They may share a domain or a name, so that the key does not decide between them: the likeness of all that is known does.
    """
    return max((holder, *apart), key=lambda each: max(identity_score(company, known).value for known in each.companies))


def _is_another_entity(a: Company, b: Company) -> bool:
    own, other = _numbers(a), _numbers(b)
    return bool(own and other) and own.isdisjoint(other) and identity_score(a, b).relation == "related"


def _numbers(company: Company) -> frozenset[str]:
    return frozenset(key.value for key in identity_keys(company) if key.kind == "tax_id")


def key_hash(tenant_id: str, key: IdentityKey) -> str:
    """Return SHA-256 (hex) of `<tenant>|<kind>|<value>`: sister services can recognise a key, not read it."""
    return hashlib.sha256(f"{tenant_id}|{key.kind}|{key.value}".encode()).hexdigest()
