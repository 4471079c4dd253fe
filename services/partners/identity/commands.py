"""Taking and handing over the keys of a company."""

from collections.abc import Iterable, Sequence

from services.partners.identity.queries import Claim, claims_on
from services.partners.identity.tables import partner_keys
from shared.db.tx import Tx
from shared.matching import IdentityKey


async def hold(tx: Tx, keys: Sequence[IdentityKey], *, holder_id: str) -> tuple[Claim, ...]:
    """Take the keys that are free and return those that others hold, locked.

    The unique key decides a race: of two holders of one tax id the second waits, and then finds the first. Keys are
    taken in one order by everybody, so that two who share several never wait for each other.
    """
    for key in sorted(keys):
        await tx.add(partner_keys, kind=key.kind, value=key.value, holder_id=holder_id)
    return await claims_on(tx, keys, besides=holder_id, lock=True)


async def take_over(tx: Tx, claims: Iterable[Claim], *, holder_id: str) -> None:
    """Make this holder the owner of keys that another has held."""
    for claim in claims:
        await tx.put(partner_keys, kind=claim.key.kind, value=claim.key.value, holder_id=holder_id)


async def release(tx: Tx, keys: Iterable[IdentityKey], *, besides: Sequence[IdentityKey], holder_id: str) -> None:
    """Give back the keys this holder no longer has a claim to."""
    for key in keys:
        if key not in besides:
            await tx.remove(partner_keys, kind=key.kind, value=key.value, holder_id=holder_id)
