"""Keeps the copies of partners and product families, and asks their owners once for what has not arrived."""

from typing import Any
from urllib.parse import urlencode

from sqlalchemy import Table

from services.leads.directory import queries
from services.leads.directory.tables import partner_directory, product_families
from shared.db.pool import Record
from shared.db.tx import Tx
from shared.errors import Fault, Invalid, Unavailable
from shared.events.catalog.deals import ProductFamilyState
from shared.events.catalog.partners import PartnerDirectory
from shared.events.envelope import Event


class UnknownProductFamily(Invalid):
    """There is no such product family, or it is no longer sold."""

    code, title = "unknown_product_family", "Unknown product family"


class UnknownPartner(Invalid):
    """There is no such partner."""

    code, title = "unknown_partner", "Unknown partner"


async def keep_partner(tx: Tx, state: PartnerDirectory, *, version: int) -> None:
    """Store a partner's state unless a newer one is known. The row stays locked, so no lead is being assigned."""
    await tx.project(partner_directory, version=version, **_kept(partner_directory, state))


async def keep_family(tx: Tx, state: ProductFamilyState, *, version: int) -> None:
    """Store a product family's state unless a newer one is known."""
    await tx.project(product_families, version=version, **_kept(product_families, state))


async def require_partner(tx: Tx, partner_id: str) -> None:
    """Make sure that a partner is known here, asking its owner once; raises UnknownPartner."""
    async with tx.as_engine("a partner is looked up before a lead is offered to it"):
        if await queries.partner(tx, partner_id) is not None:
            return
        found = await _ask(tx, "partners", "/internal/partners", id=partner_id)
        if found is None:
            raise UnknownPartner(errors=[Fault("/partner_id", "unknown_partner", "There is no such partner.")])
        await keep_partner(tx, PartnerDirectory.model_validate(found["data"]), version=found["version"])


async def require_family(tx: Tx, code: str) -> None:
    """Make sure that a product family is known and sold, asking its owner once; raises UnknownProductFamily."""
    async with tx.as_engine("a product family is looked up before a lead names it"):
        row: Record | dict[str, Any] | None = await queries.family(tx, code)
        if row is None and (found := await _ask(tx, "deals", "/internal/product-families", code=code)) is not None:
            await keep_family(tx, ProductFamilyState.model_validate(found["data"]), version=found["version"])
            row = found["data"]
    if row is None or row["status"] != "active":
        raise UnknownProductFamily(
            errors=[Fault("/product_family", "unknown_product_family", "There is no such product family on sale.")]
        )


def _kept(table: Table, state: Event) -> dict[str, Any]:
    """Return what this service keeps of a state; its owner may add to it at any time."""
    return {name: value for name, value in state.model_dump().items() if name in table.c}


async def _ask(tx: Tx, service: str, path: str, **named: str) -> dict[str, Any] | None:
    answer = await tx.database.peers[service].get(path, query=urlencode({"tenant": tx.tenant_id, **named}))
    if answer.status == 404:
        return None
    if answer.status != 200:
        raise Unavailable(f"{service} answered {answer.status}.")
    found: dict[str, Any] = answer.json()
    return found
