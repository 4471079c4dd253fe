"""Whose a sale is: the partners' parts of it and of what comes back, which add up to the whole exactly. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from shared.events.catalog.attributions import SplitShare
from shared.values.basis_points import WHOLE
from shared.values.money import allocate

# What the partner of record is of a deal of which no split is locked.
SOURCE: Final = "source"


@dataclass(frozen=True, slots=True)
class Part:
    """A partner's part of a sale: its share in basis points, and what that is of the amount, in minor units."""

    partner_id: str
    role: str
    basis_points: int
    amount: int


def divided(amount: int, *, day: date, shares: Sequence[SplitShare], of_record: str) -> list[Part]:
    """Return the parts of a sale of a day, in the order of their partners: by the shares in force that day.

    Where none are, all of it is the partner of record's. Parts are whole minor units, by largest remainder.
    """
    in_force = sorted((each for each in shares if _covers(each, day)), key=lambda each: each.partner_id)
    if not in_force:
        return [Part(of_record, SOURCE, WHOLE, amount)]
    amounts = allocate(amount, [each.basis_points for each in in_force])
    return [
        Part(each.partner_id, each.role, each.basis_points, part) for each, part in zip(in_force, amounts, strict=True)
    ]


def given_back(parts: Mapping[str, int], returned: Sequence[int]) -> Iterator[dict[str, int]]:
    """Yield what each return, in order, takes of each partner's part: in proportion to what is left of them.

    Nobody gives back more than its part, and whoever has given back everything has given back exactly that.
    """
    left = dict(sorted(parts.items()))
    for amount in returned:
        amount = min(amount, sum(left.values()))
        taken = allocate(amount, list(left.values())) if amount else [0] * len(left)
        found = dict(zip(left, taken, strict=True))
        left = {partner_id: left[partner_id] - found[partner_id] for partner_id in left}
        yield found


def _covers(share: SplitShare, day: date) -> bool:
    starts = share.effective_from is None or share.effective_from <= day
    return starts and (share.effective_to is None or day < share.effective_to)
