"""What becomes of the split of a registration that is handed to another partner."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from services.deals.attributions import rules
from services.deals.attributions.commands import locked_by, tell, tell_split
from services.deals.attributions.queries import split_of
from services.deals.attributions.rules import Inherited
from services.deals.attributions.tables import MANUAL, attributions
from shared.db.resource import Row
from shared.db.tx import Tx
from shared.events.catalog.attributions import AttributionLocked


async def inherit(tx: Tx, old: Row, new: Row) -> None:
    """Lock the split of a registration for its successor, from today on, with the new partner in the place of the old.

    For the engine role, both rows held. What others have agreed upon stays theirs; the split of the old registration stays
    as it is, for sales from before. Candidates are nobody's agreement, and stay behind.
    """
    for credit_type in rules.CREDIT_TYPES:
        held = await split_of(tx, deal_id=old["id"], credit_type=credit_type)
        parts = _parts([each for each in held if each["status"] == "locked"], old, new, since=tx.now.date())
        made = [
            await tx.insert(
                attributions,
                id=tx.new_id("atr"),
                deal_id=new["id"],
                credit_type=credit_type,
                model=MANUAL,
                partner_id=each.partner_id,
                role=each.role,
                basis_points=each.basis_points,
                effective_from=each.start,
                effective_to=each.end,
                **locked_by(tx, tx.caller, number=1),
            )
            for each in parts
        ]
        for row in made:
            tell(tx, AttributionLocked, row)
        if made:
            tell_split(tx, before=[], after=made, why="transferred")


def _parts(locked: Sequence[Row], old: Row, new: Row, *, since: date) -> list[Inherited]:
    shares: list[Any] = [
        Inherited(each["partner_id"], each["role"], each["basis_points"], each["effective_from"], each["effective_to"])
        for each in locked
    ]
    return rules.inherited(shares, giver=old["partner_id"], heir=new["partner_id"], since=since)
