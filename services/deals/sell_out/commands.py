"""Taking in sell-out reports, and people's decisions about lines that met no deal by themselves."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

from services.deals.bundles.families import families_of, fault_of_family
from services.deals.consumption.commands import undo_line
from services.deals.directory.queries import partner_of
from services.deals.orders.rules import LARGEST
from services.deals.pos_mappings.queries import mapping_named
from services.deals.registrations.rules import sold_as
from services.deals.sell_out import giving_back, matching, queries
from services.deals.sell_out.queries import BATCH_LIFECYCLE, MATCH_LIFECYCLE
from services.deals.sell_out.reading import MOST_FAULTS, lines_in
from services.deals.sell_out.rules import (
    CREDITED,
    OBJECTIONS,
    Part,
    fault_of_sale,
    faults_of_line,
    faults_of_parts,
    faults_of_repeated,
    is_final,
)
from services.deals.sell_out.schemas import PosBatchIn, PosLineIn, PosMatchIn, PosSplitIn
from services.deals.sell_out.tables import pos_batches, pos_lines, pos_matches
from shared.auth.principal import Caller
from shared.auth.sides import vendor_only
from shared.db.pool import Record
from shared.db.resource import Row
from shared.db.tx import Tx, require_version
from shared.errors import Fault, Invalid, InvalidTransition
from shared.events.catalog.orders import PosBatchClosed, PosBatchReceived
from shared.values.days import latest_day

RECEIVED = "pos_batch_received"
_TAKE_TURN: Final = "SELECT pg_advisory_xact_lock(hashtextextended($1 || $2 || ' sell-out', 0))"


async def receive(tx: Tx, body: PosBatchIn, *, caller: Caller) -> Row:
    """Store a report of the caller's partner, or of the partner the vendor names, and have its lines matched soon.

    A line that the partner has reported before is counted as repeated, and nothing else; raises Invalid where it says something
    else now, for a day outside the period, an amount too large to tell, or a product family that is not the SKU's.
    """
    partner_id = body.partner_id or caller.partner_id
    if partner_id is None:
        raise Invalid(errors=[Fault("/partner_id", "required", "Name the partner whose sales these are.")])
    reporter = (await partner_of(tx, partner_id)).id
    mapping = None if body.mapping is None else await mapping_named(tx, body.mapping, partner_id=reporter)
    lines = lines_in(body, mapping=None if mapping is None else mapping["mapping"])
    families = await families_of(tx, {line.sku for line in lines if line.product_family is not None})
    _check(tx, body, lines, families=families)
    # One report after another, so that what is sent twice at once is known to the second.
    await tx.connection.execute(_TAKE_TURN, tx.tenant_id, reporter)
    known = await queries.known_lines(tx, reporter, [line.source_line for line in lines])
    repeated = faults_of_repeated([_said(line, currency=body.currency) for line in lines], known)
    if repeated:
        raise Invalid(errors=repeated[:MOST_FAULTS])
    fresh = {line.source_line: line for line in lines if line.source_line not in known}
    batch = await tx.insert(
        pos_batches,
        id=body.id or tx.new_id("posb"),
        partner_id=reporter,
        reference=body.reference,
        period_from=body.period.from_,
        period_to=body.period.to,
        currency=body.currency,
        status="received",
        line_count=len(fresh),
        repeated_count=len(lines) - len(fresh),
        quantity=sum(line.quantity for line in fresh.values()),
        amount=sum(line.quantity * line.unit_price for line in fresh.values()),
        mapping_id=None if mapping is None else mapping["id"],
        mapping_version=None if mapping is None else mapping["version"],
        created_by=caller.account_id,
    )
    for line in fresh.values():
        await tx.insert(pos_lines, **_columns(tx, batch, line))
    event = PosBatchReceived(
        batch_id=batch["id"], partner_id=reporter, lines=len(fresh), repeated=batch["repeated_count"]
    )
    tx.emit(event, subject=batch, audience=[reporter])
    await tx.remind(RECEIVED, subject=batch["id"], at=tx.now, after="")
    return batch


def _check(tx: Tx, body: PosBatchIn, lines: Sequence[PosLineIn], *, families: Mapping[str, Collection[str]]) -> None:
    start, end = body.period.from_, body.period.to
    if end <= start:
        raise Invalid(errors=[Fault("/period/to", "empty_period", "The end lies after the beginning.")])
    today = latest_day(tx.now)
    faults = [
        fault_of_sale(line.sold_on, start=start, end=end, today=today, pointer=f"/lines/{place}/sold_on")
        for place, line in enumerate(lines)
    ]
    found = [each for each in faults if each is not None]
    for place, line in enumerate(lines):
        found += faults_of_line(line.quantity, returned_line=line.returned_line, pointer=f"/lines/{place}")
        family_at = f"/lines/{place}/product_family"
        wrong = fault_of_family(line.sku, line.product_family, families, pointer=family_at)
        found += [] if wrong is None else [wrong]
    largest = sum(abs(line.quantity) * line.unit_price for line in lines)
    if largest > LARGEST:
        found.append(Fault("/lines", "too_large", "The report comes to more than can be told."))
    if found:
        raise Invalid(errors=found[:MOST_FAULTS])


def _columns(tx: Tx, batch: Row, line: PosLineIn) -> dict[str, Any]:
    return _said(line, currency=batch["currency"]) | {
        "id": tx.new_id("posl"),
        "batch_id": batch["id"],
        "partner_id": batch["partner_id"],
        "amount": line.quantity * line.unit_price,
        "returned_quantity": 0,
    }


def _said(line: PosLineIn, *, currency: str) -> dict[str, Any]:
    """What a line says, as it is kept."""
    customer = line.customer
    return {
        "source_line": line.source_line,
        "sold_on": line.sold_on,
        "sku": line.sku,
        "product_family": line.product_family,
        "quantity": line.quantity,
        "unit_price": line.unit_price,
        "currency": currency,
        "returned_line": line.returned_line,
        "customer_name": customer.name,
        "customer_domain": customer.domain,
        "customer_country": customer.country,
        "customer_tax_id": customer.tax_id,
        "deal_id": line.deal_id,
    }


async def work_through(tx: Tx, batch_id: str, arguments: Mapping[str, Any]) -> None:
    """Match the next lines of a batch, some at a time, until all have been looked at; as the engine, from a timer.

    Sales come first, so that what was given back finds those of the same report.
    """
    await giving_back.take_turn(tx)
    batch = await tx.lock(pos_batches, batch_id)
    if batch["status"] == "received":
        batch = await tx.update(pos_batches, batch, status="matching")
    given_back, after = arguments.get("given_back", False), arguments["after"]
    lines = await queries.next_lines(tx, batch_id, given_back=given_back, after=after, most=matching.AT_ONCE)
    for line in lines:
        await (giving_back.settle if given_back else matching.decide)(tx, line)
    if len(lines) == matching.AT_ONCE:
        await tx.remind(RECEIVED, subject=batch_id, at=tx.now, given_back=given_back, after=lines[-1]["id"])
    elif not given_back:
        await tx.remind(RECEIVED, subject=batch_id, at=tx.now, given_back=True, after="")
    else:
        await giving_back.settle_waiting(tx, batch["partner_id"])
        await tx.update(pos_batches, batch, status="matched")


async def match(tx: Tx, body: PosMatchIn, *, match_id: str, version: int | None, caller: Caller) -> Row:
    """Credit a line to the deal it was sold on, or take it back from that; raises Invalid for a deal that cannot have been it."""
    row, line = await _held(tx, match_id, action="match", version=version, caller=caller)
    _require_why(row, body.note)
    parts = [Part(body.deal_id, matching.kept(line))]
    await _credit(tx, line, parts, pointers=["/deal_id"])
    return await _resolved(tx, row, line, status="matched", parts=parts, note=body.note)


async def split(tx: Tx, body: PosSplitIn, *, match_id: str, version: int | None, caller: Caller) -> Row:
    """Credit a line to several deals, or take it back from them; raises Invalid when the parts are not what is kept of the line."""
    row, line = await _held(tx, match_id, action="split", version=version, caller=caller)
    _require_why(row, body.note)
    parts = [Part(each.deal_id, each.quantity) for each in body.parts]
    faults = faults_of_parts(parts, quantity=matching.kept(line))
    if faults:
        raise Invalid(errors=faults)
    await _credit(tx, line, parts, pointers=[f"/parts/{place}/deal_id" for place in range(len(parts))])
    return await _resolved(tx, row, line, status="split", parts=parts, note=body.note)


async def reject(tx: Tx, *, match_id: str, reason: str | None, version: int | None, caller: Caller) -> Row:
    """Say that a line belongs to no deal."""
    row, line = await _held(tx, match_id, action="reject", version=version, caller=caller)
    return await _resolved(tx, row, line, status="rejected", parts=[], note=reason)


async def reopen(tx: Tx, *, match_id: str, reason: str, version: int | None, caller: Caller) -> Row:
    """Take back what was decided about a line, by itself or by a person, so that a person decides anew.

    What was counted by it is returned whole, with all that was earned on it. Raises InvalidTransition for what was given back.
    """
    vendor_only(caller)
    await giving_back.take_turn(tx)
    row = await tx.lock(pos_matches, match_id)
    MATCH_LIFECYCLE.require(row["status"], "reopen")
    if is_final(row["reason"], row["deals"]):
        raise InvalidTransition("What was given back was taken back from its sales already.")
    require_version(row, version)
    async with tx.as_engine("what counts of a line is of the partner whose deal it was counted for"):
        line = await tx.fetch(pos_lines, row["pos_line_id"])
        await undo_line(tx, line["id"], return_id=row["id"])
    decided = {"note": reason, "resolved_by": tx.caller.account_id, "resolved_at": tx.now}
    if matching.kept(line) == 0:
        return await tx.update(pos_matches, row, status="rejected", reason=giving_back.GIVEN_BACK, deals=[], **decided)
    return await tx.update(pos_matches, row, status="unmatched", reason="reopened", deals=[], **decided)


async def close(tx: Tx, *, batch_id: str, version: int | None, caller: Caller) -> Row:
    """End a batch: lines that still await a person belong to no deal."""
    vendor_only(caller)
    batch = await tx.lock_for(pos_batches, batch_id, action="close", lifecycle=BATCH_LIFECYCLE, version=version)
    for row in await queries.open_matches(tx, batch_id):
        await tx.update(pos_matches, row, status="rejected", reason="batch_closed", resolved_at=tx.now)
    closed = await tx.update(pos_batches, batch, status="closed", closed_at=tx.now)
    event = PosBatchClosed(batch_id=batch_id, partner_id=batch["partner_id"])
    tx.emit(event, subject=closed, audience=[batch["partner_id"]])
    return closed


async def _held(tx: Tx, match_id: str, *, action: str, version: int | None, caller: Caller) -> tuple[Record, Record]:
    """Hold a line's match for a person's decision, and return it with the line."""
    vendor_only(caller)
    await giving_back.take_turn(tx)
    row = await tx.lock_for(pos_matches, match_id, action=action, lifecycle=MATCH_LIFECYCLE, version=version)
    async with tx.as_engine("a line may be of a partner that whoever decides does not look after"):
        return row, await tx.fetch(pos_lines, row["pos_line_id"])


def _require_why(row: Row, note: str | None) -> None:
    if row["reason"] in OBJECTIONS and note is None:
        raise Invalid(errors=[Fault("/note", "required", "Say why the line counts for the deal nevertheless.")])


async def _credit(tx: Tx, line: Row, parts: Sequence[Part], *, pointers: Sequence[str]) -> None:
    async with tx.as_engine("the deal may be of any partner"):
        for part, pointer in zip(parts, pointers, strict=True):
            if line["quantity"] < 0:
                if not await giving_back.take_back_from_deal(tx, line, part.deal_id, pieces=part.quantity):
                    fault = Fault(
                        pointer,
                        "exceeds_sold",
                        "So many pieces of this reporter's sales were not counted for the deal.",
                    )
                    raise Invalid(errors=[fault])
                continue
            deal = await queries.deal_named(tx, part.deal_id)
            if deal is None or sold_as(deal) not in CREDITED:
                raise Invalid(
                    errors=[Fault(pointer, "deal_not_live", "There is no approved, won or expired deal of this id.")]
                )
            await matching.credit(tx, line, deal, quantity=part.quantity)


async def _resolved(tx: Tx, row: Record, line: Row, *, status: str, parts: Sequence[Part], note: str | None) -> Row:
    sign = -1 if line["quantity"] < 0 else 1
    return await tx.update(
        pos_matches,
        row,
        status=status,
        reason="decided_by_a_person",
        deals=[{"deal_id": each.deal_id, "quantity": sign * each.quantity} for each in parts],
        note=note,
        resolved_by=tx.caller.account_id,
        resolved_at=tx.now,
    )
