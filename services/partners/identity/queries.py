"""Who holds the keys of a company."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ARRAY, Text, any_, bindparam, select

from services.partners.identity.tables import partner_keys
from shared.db.statements import TENANT, Statement
from shared.db.tx import Tx
from shared.matching import IdentityKey


@dataclass(frozen=True, slots=True)
class Claim:
    """A key of a company that somebody else holds."""

    key: IdentityKey
    holder_id: str


_OF_VALUES = (
    select(partner_keys)
    .where(
        partner_keys.c.tenant_id == TENANT,
        partner_keys.c.value == any_(bindparam("held_values", type_=ARRAY(Text(collation="C")))),
    )
    .order_by(partner_keys.c.kind, partner_keys.c.value)
)
_HELD = Statement(_OF_VALUES)
_HELD_LOCKED = Statement(_OF_VALUES.with_for_update())


async def claims_on(tx: Tx, keys: Sequence[IdentityKey], *, besides: str, lock: bool = False) -> tuple[Claim, ...]:
    """Return the keys among these that another than `besides` holds; `lock` keeps them so until the transaction ends."""
    if not keys:
        return ()
    rows = await tx.all(_HELD_LOCKED if lock else _HELD, held_values=[key.value for key in keys])
    claims = (Claim(IdentityKey(row["kind"], row["value"]), row["holder_id"]) for row in rows)
    return tuple(claim for claim in claims if claim.key in keys and claim.holder_id != besides)
