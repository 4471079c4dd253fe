"""Pieces that customers gave back to whoever reports: taken back from the sales of the same report, or of earlier ones."""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import BigInteger, and_, bindparam, func, or_, select, update

from services.deals.consumption.commands import counted, take_back
from services.deals.consumption.rules import returned_from
from services.deals.consumption.tables import order_matches
from services.deals.sell_out.rules import ENGINE_VERSION, Kept, given_back_of
from services.deals.sell_out.tables import pos_lines, pos_matches
from shared.db.pool import Record
from shared.db.resource import Row
from shared.db.statements import TENANT, Statement
from shared.db.tx import Tx

MOST_WAITING: Final = 100
NO_SALE: Final = "no_sale_left"
GIVEN_BACK: Final = "given_back"
_TAKE_TURN: Final = "SELECT pg_advisory_xact_lock(hashtextextended($1 || ' sell-out', 0))"
_L, _M, _O = pos_lines.c, pos_matches.c, order_matches.c
_SALES = (
    select(pos_lines)
    .where(
        _L.tenant_id == TENANT,
        _L.partner_id == bindparam("partner"),
        _L.sku == bindparam("wanted_sku"),
        _L.sold_on <= bindparam("day", type_=_L.sold_on.type),
        _L.quantity > _L.returned_quantity,
    )
    # The last sold come back first.
    .order_by(_L.sold_on.desc(), _L.id.desc())
    .limit(200)
)
_OF_LINE = Statement(_SALES.where(_L.source_line == bindparam("line")))
_OF_DEAL = Statement(_SALES.where(_L.deal_id == bindparam("deal")))
_OF_CUSTOMER = Statement(
    _SALES.where(
        or_(
            _L.customer_tax_id == bindparam("tax_id"),
            _L.customer_domain == bindparam("domain"),
            and_(
                func.lower(_L.customer_name) == func.lower(bindparam("name")),
                _L.customer_country.is_not_distinct_from(bindparam("country", type_=_L.customer_country.type)),
            ),
        )
    )
)
_COUNTED = (
    select(order_matches)
    .where(_O.tenant_id == TENANT, _O.quantity > _O.returned_quantity)
    .order_by(_O.happened_on.desc(), _O.created_at.desc(), _O.id.desc())
    .with_for_update()
)
_COUNTED_OF_LINE = Statement(_COUNTED.where(_O.pos_line_id == bindparam("line")))
_COUNTED_OF_DEAL = Statement(
    _COUNTED.where(
        _O.deal_id == bindparam("deal"),
        _O.source == "pos_line",
        _O.sku == bindparam("wanted_sku"),
        _O.happened_on <= bindparam("day", type_=_O.happened_on.type),
        select(_L.id)
        .where(_L.tenant_id == _O.tenant_id, _L.id == _O.pos_line_id, _L.partner_id == bindparam("partner"))
        .exists(),
    )
)
# No version of the line tells its reporter what became of it.
_GIVE_BACK = Statement(
    update(pos_lines)
    .where(_L.tenant_id == TENANT, _L.id == bindparam("sale"))
    .values(returned_quantity=_L.returned_quantity + bindparam("pieces", type_=BigInteger))
)
_UNDECIDED = Statement(
    select(pos_matches)
    .where(_M.tenant_id == TENANT, _M.pos_line_id == bindparam("line"), _M.status == "unmatched")
    .with_for_update()
)
_WAITING = Statement(
    select(pos_matches)
    .where(
        _M.tenant_id == TENANT,
        _M.partner_id == bindparam("partner"),
        _M.status == "unmatched",
        _M.reason == NO_SALE,
    )
    .order_by(_M.created_at, _M.id)
    .limit(MOST_WAITING)
    .with_for_update()
)


async def take_turn(tx: Tx) -> None:
    """Let what is decided about reported lines take effect one after the other.

    A sale comes before what came back of it, and whoever holds several deals, as a report does, waits for nobody that does.
    """
    await tx.connection.execute(_TAKE_TURN, tx.tenant_id)


async def settle(tx: Tx, line: Row) -> None:
    """Take a return back from the sales that it is of, or leave it to a person where not so many of them are left."""
    taken = await _taken(tx, line)
    await tx.insert(
        pos_matches,
        id=tx.new_id("posm"),
        pos_line_id=line["id"],
        batch_id=line["batch_id"],
        partner_id=line["partner_id"],
        status="unmatched" if taken is None else "matched",
        reason=NO_SALE if taken is None else "sale_found",
        candidates=[],
        engine_version=ENGINE_VERSION,
        deals=taken or [],
    )


async def settle_waiting(tx: Tx, partner_id: str) -> None:
    """Take back what a partner had reported as given back before it reported the sale."""
    for row in await tx.all(_WAITING, partner=partner_id):
        taken = await _taken(tx, await tx.fetch(pos_lines, row["pos_line_id"]))
        if taken is not None:
            await tx.update(pos_matches, row, status="matched", reason="sale_found", deals=taken)


async def take_back_from_deal(tx: Tx, line: Row, deal_id: str, *, pieces: int) -> bool:
    """Take so many pieces back from what a deal counts of the reporter's sales; tells whether there were so many, else takes none."""
    rows = await tx.all(
        _COUNTED_OF_DEAL, deal=deal_id, wanted_sku=line["sku"], day=line["sold_on"], partner=line["partner_id"]
    )
    parts = returned_from([counted(row) for row in rows], pieces)
    if sum(quantity for _, quantity in parts) < pieces:
        return False
    known = {row["id"]: row for row in rows}
    for match, quantity in parts:
        row = known[match.id]
        await tx.run(_GIVE_BACK, sale=row["pos_line_id"], pieces=quantity)
        await take_back(tx, row, quantity=quantity, return_id=line["id"], returned_on=line["sold_on"])
    return True


async def _taken(tx: Tx, line: Row) -> list[dict[str, Any]] | None:
    """Take a return back from its sales; returns the deals that lose pieces by it, None where too few were sold."""
    sales = {row["id"]: row for row in await _sales_of(tx, line)}
    kept = [Kept(row["id"], row["quantity"] - row["returned_quantity"]) for row in sales.values()]
    found = given_back_of(kept, pieces=-line["quantity"])
    if found is None:
        return None
    deals: dict[str, int] = {}
    for sale, pieces in found:
        await tx.run(_GIVE_BACK, sale=sale.id, pieces=pieces)
        rows = {row["id"]: row for row in await tx.all(_COUNTED_OF_LINE, line=sale.id)}
        for match, quantity in returned_from([counted(row) for row in rows.values()], pieces):
            row = rows[match.id]
            await take_back(tx, row, quantity=quantity, return_id=line["id"], returned_on=line["sold_on"])
            deals[row["deal_id"]] = deals.get(row["deal_id"], 0) - quantity
        if pieces == sale.pieces:
            await _close(tx, sale.id)
    return [{"deal_id": deal_id, "quantity": quantity} for deal_id, quantity in sorted(deals.items())]


async def _sales_of(tx: Tx, line: Row) -> Sequence[Record]:
    """Return the sales a return may be of: of the line or the deal that it names, else to the same customer."""
    common = {"partner": line["partner_id"], "wanted_sku": line["sku"], "day": line["sold_on"]}
    if line["returned_line"] is not None:
        return await tx.all(_OF_LINE, **common, line=line["returned_line"])
    if line["deal_id"] is not None:
        return await tx.all(_OF_DEAL, **common, deal=line["deal_id"])
    customer = {name: line[f"customer_{name}"] for name in ("name", "domain", "country", "tax_id")}
    return await tx.all(_OF_CUSTOMER, **common, **customer)


async def _close(tx: Tx, sale_id: str) -> None:
    """Nobody has to find the deal of a sale any more that was given back whole."""
    row = await tx.first(_UNDECIDED, line=sale_id)
    if row is not None:
        await tx.update(pos_matches, row, status="rejected", reason=GIVEN_BACK, resolved_at=tx.now)
