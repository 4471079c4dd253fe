"""Decides what each partner's part of a sale earns, and posts the difference to what it was credited before."""

from collections.abc import Container, Mapping
from dataclasses import asdict
from typing import Any

from services.incentives.accrual import parts, posting, store
from services.incentives.accrual.contributions import Decided, thawed
from services.incentives.accrual.posting import Posted
from services.incentives.accrual.resolution import Paid, resolve
from services.incentives.accrual.sharing import Part, divided
from services.incentives.accrual.tables import sales
from services.incentives.directory import commands as directory
from services.incentives.exchange.rules import Rate
from shared.db.pool import Record
from shared.db.tx import Tx


class Everyone:
    """All partners that share a sale."""

    def __contains__(self, partner_id: object) -> bool:
        return True


async def decide(tx: Tx, sale_id: str, *, because: str, anew: Container[str] = ()) -> Posted:
    """Share a sale as its day wants it, and bring what is posted for it and its returns to what its parts are worth.

    The plan of a part is chosen when the part is there for the first time, while it waits, and for the partners that
    `anew` names; other parts keep the terms they have. What has to wait keeps what was posted for it before.
    """
    await parts.hold_partners(tx, sale_id)
    sale = await tx.lock(sales, sale_id)
    known = await parts.parts_of(tx, sale_id)
    credited = await store.credits_of(tx, sale_id)
    frozen = {row["currency"]: thawed(row["fx"]) for row in credited if row["fx"] is not None}
    paid = frozenset() if sale["source"] == "deals" else await store.paid_at_win(tx, sale["deal_id"])
    decided = []
    for part in await _parts(tx, sale, known):
        partner = await directory.partner(tx, part.partner_id)
        before = known.get(part.partner_id)
        if before is None or before["outcome"] == "waiting" or part.partner_id in anew:
            decided.append(await _resolved(tx, sale, part, partner, frozen, paid))
        else:
            if _differs(part, before):
                became = {name: before[name] for name in ("outcome", "tier", "rules", "reasons")}
                before = await parts.keep(tx, sale, part, became=became)
            decided.append(Decided(before, None, held=_is_held(partner), country=None))
    return await posting.apply(tx, sale, decided, credited=credited, because=because)


async def _parts(tx: Tx, sale: Record, known: Mapping[str, Record]) -> list[Part]:
    """The parts of a sale as its split is known now; who has lost its share is left with a part of nothing."""
    shares = await parts.shares_of(tx, sale["deal_id"])
    wanted = divided(sale["amount"], day=sale["closed_on"], shares=shares, of_record=sale["partner_id"])
    named = {each.partner_id for each in wanted}
    lost = [Part(partner_id, row["role"], 0, 0) for partner_id, row in known.items() if partner_id not in named]
    return sorted([*wanted, *lost], key=lambda each: each.partner_id)


async def _resolved(
    tx: Tx, sale: Record, part: Part, partner: Record | None, frozen: Mapping[str, Rate], paid: Paid
) -> Decided:
    found = await resolve(tx, sale, partner_id=part.partner_id, partner=partner, frozen=frozen, paid=paid)
    became: dict[str, Any] = {
        "outcome": found.outcome,
        "tier": found.tier,
        "rules": [each.model_dump() for each in found.rules],
        "reasons": [asdict(each) for each in found.reasons],
    }
    row = await parts.keep(tx, sale, part, became=became)
    matches = None if found.outcome == "waiting" else found.matches
    return Decided(row, matches, held=_is_held(partner), country=None if partner is None else partner["country"])


def _differs(part: Part, known: Record) -> bool:
    return any(value != known[name] for name, value in asdict(part).items())


def _is_held(partner: Mapping[str, Any] | None) -> bool:
    return partner is not None and partner["status"] == "suspended"
