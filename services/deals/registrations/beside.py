"""What decides about the actions of a deal and is not in its row: read with it, in the same statement."""

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import ColumnElement, Text, and_, case, cast, func, literal_column, select

from services.deals.directory.queries import is_inactive
from services.deals.handovers.tables import IS_OPEN, deal_transfers
from services.deals.pipelines.tables import pipelines
from services.deals.registrations.tables import deals
from services.deals.screening.tables import IS_UNDECIDED, conflict_cases
from shared.db.beside import is_found
from shared.db.statements import ASKED_AT, TENANT

_DEAL, _CASE, _TRANSFER = deals.c, conflict_cases.c, deal_transfers.c
_IS_APPROVED: Final = _DEAL.status == literal_column("'approved'")
_IN_REVIEW: Final = _DEAL.status == literal_column("'in_review'")


def _first_stage() -> ColumnElement[Any]:
    """The stage in which deals of the version begin; of the built-in one it is known."""
    first = select(pipelines.c.first_stage).where(pipelines.c.tenant_id == TENANT, pipelines.c.id == _DEAL.pipeline_id)
    return case((and_(_IS_APPROVED, _DEAL.pipeline_id.is_not(None)), first.correlate(deals).scalar_subquery()))


def _has_open_case() -> ColumnElement[Any]:
    """Whether a case of a deal under review is not decided."""
    undecided = select(_CASE.id).where(_CASE.tenant_id == TENANT, _CASE.deal_id == _DEAL.id, IS_UNDECIDED)
    return case((_IN_REVIEW, is_found(undecided, beside=deals)))


def _latest_case() -> ColumnElement[Any]:
    """What the last case of a deal under review says of whom it was decided for."""
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


def _is_handed_over() -> ColumnElement[Any]:
    """Whether somebody has asked to transfer an approved deal, and that is not decided."""
    asked = select(_TRANSFER.id).where(_TRANSFER.tenant_id == TENANT, _TRANSFER.deal_id == _DEAL.id, IS_OPEN)
    return case((_IS_APPROVED, is_found(asked, beside=deals)))


BESIDE: Final[Mapping[str, ColumnElement[Any]]] = {
    "asked_at": ASKED_AT,
    "partner_is_inactive": is_inactive(_DEAL.partner_id),
    "first_stage": _first_stage(),
    "has_open_case": _has_open_case(),
    "latest_case": _latest_case(),
    "is_handed_over": _is_handed_over(),
}
