"""What decides about the actions of a deal and is not in its row: read with it, in the same statement."""

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import ColumnElement, Text, case, cast, func, literal_column, select

from services.deals.directory.queries import is_inactive
from services.deals.registrations.tables import deals
from services.deals.screening.tables import conflict_cases
from shared.db.statements import ASKED_AT, TENANT

_DEAL, _CASE = deals.c, conflict_cases.c
_IN_REVIEW: Final = _DEAL.status == literal_column("'in_review'")


def _latest_case() -> ColumnElement[Any]:
    """What the last case of a deal under review says: whether it is decided, and for whom."""
    said: list[ColumnElement[Any]] = []
    for name in ("deal_id", "status", "resolution", "chosen_deal_id"):
        said += (literal_column(f"'{name}'"), _CASE[name])
    latest = (
        select(cast(func.jsonb_build_object(*said), Text))
        .where(_CASE.tenant_id == TENANT, _CASE.deal_id == _DEAL.id)
        .order_by(_CASE.created_at.desc(), _CASE.id.desc())
        .limit(literal_column("1"))
    )
    return case((_IN_REVIEW, latest.correlate(deals).scalar_subquery()))


BESIDE: Final[Mapping[str, ColumnElement[Any]]] = {
    "asked_at": ASKED_AT,
    "partner_is_inactive": is_inactive(_DEAL.partner_id),
    "latest_case": _latest_case(),
}
"""Few: each has the database prepare a plan of its own behind its walls, whether or not the row's state asks for it."""
