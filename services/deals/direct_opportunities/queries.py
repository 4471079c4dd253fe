"""Reading direct opportunities."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import bindparam, select

from services.deals.direct_opportunities.lifecycle import LIFECYCLE
from services.deals.direct_opportunities.tables import direct_opportunities
from shared.db.pool import Record
from shared.db.resource import Resource, computed
from shared.db.statements import TENANT, Statement
from shared.db.tx import Tx

_REFERENCE = {"system": "external_system", "type": "external_type", "id": "external_id"}


def _reference(row: Mapping[str, Any]) -> dict[str, Any] | None:
    return None if row["external_id"] is None else {name: row[column] for name, column in _REFERENCE.items()}


DIRECT_OPPORTUNITIES = Resource(
    "direct_opportunity",
    direct_opportunities,
    (
        *("title", "customer_id", "product_family", "territories", "status", "opened_on", "ended_at"),
        computed("external_reference", _reference, *_REFERENCE.values()),
    ),
    title=("title",),
    expands={"customer_id": "customers"},
    permission="direct-opportunities:read",
    sorts=("created_at",),
    filters=("status", "customer_id", "product_family"),
    lifecycle=LIFECYCLE,
)
_O = direct_opportunities.c
_OF_CUSTOMER = Statement(
    select(direct_opportunities).where(_O.tenant_id == TENANT, _O.customer_id == bindparam("customer")).order_by(_O.id)
)


async def of_customer(tx: Tx, customer_id: str) -> list[Record]:
    """Return every opportunity of a customer, ended ones too."""
    return await tx.all(_OF_CUSTOMER, customer=customer_id)
