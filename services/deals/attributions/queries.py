"""Reading attributions, and what partners had to do with a deal."""

from collections.abc import Sequence

from sqlalchemy import bindparam, select

from services.deals.attributions.models import Touch
from services.deals.attributions.rules import Share
from services.deals.attributions.tables import LIFECYCLE, attributions
from services.deals.engagements.rules import SOURCE
from services.deals.engagements.tables import engagements
from shared.db.pool import Record
from shared.db.resource import Resource, Row, computed, withheld
from shared.db.statements import TENANT, Statement
from shared.db.tx import Tx
from shared.values.basis_points import WHOLE, percent

_A, _E = attributions.c, engagements.c


def _others(row: Row) -> int | None:
    return WHOLE - row["basis_points"] if row["status"] == "locked" else None


ATTRIBUTIONS = Resource(
    "attribution",
    attributions,
    (
        *("deal_id", "partner_id", "role", "credit_type", "basis_points"),
        computed("pct", lambda row: percent(row["basis_points"]), "basis_points"),
        computed("others_basis_points", _others, "basis_points", "status"),
        *("model", "status", "effective_from", "effective_to", "split_version", "locked_at"),
        # Why a split was changed may be about others.
        withheld("locked_by"),
        withheld("reason"),
    ),
    expands={"deal_id": "deals", "partner_id": "partners"},
    permission="attributions:read",
    filters=("status", "deal_id", "partner_id", "credit_type"),
    lifecycle=LIFECYCLE,
)
_SPLIT = Statement(
    select(attributions)
    .where(
        _A.tenant_id == TENANT,
        _A.deal_id == bindparam("deal"),
        _A.credit_type == bindparam("credit_type"),
        _A.status != "amended",
    )
    .order_by(_A.created_at, _A.id)
    .with_for_update(key_share=True)
)
_TOOK_PART = Statement(
    select(engagements)
    .where(
        _E.tenant_id == TENANT,
        _E.deal_id == bindparam("deal"),
        _E.answered_at.is_not(None),
        _E.status != "declined",
    )
    .order_by(_E.answered_at, _E.id)
)


async def split_of(tx: Tx, *, deal_id: str, credit_type: str) -> list[Record]:
    """Return the shares of a deal that are candidates or locked. For the engine role, under the deal's lock."""
    return await tx.all(_SPLIT, deal=deal_id, credit_type=credit_type)


async def touches_of(tx: Tx, deal: Row) -> list[Touch]:
    """Return what partners had to do with a deal, in order. For the engine role."""
    owner = deal["partner_id"]
    touches = [Touch(deal["submitted_at"] or deal["created_at"], "registration", owner, SOURCE)]
    if deal["lead_id"] is not None:
        touches.append(Touch(deal["priority_at"] or deal["created_at"], "lead", owner, SOURCE))
    for row in await tx.all(_TOOK_PART, deal=deal["id"]):
        touches.append(Touch(row["answered_at"], "engagement", row["partner_id"], row["role"]))
    return sorted(touches)


def shares(rows: Sequence[Row]) -> list[Share]:
    """Return rows as decisions see them."""
    return [Share(row["partner_id"], row["basis_points"], row["effective_from"], row["effective_to"]) for row in rows]
