"""The nouns `pos-batches`, `pos-lines` and `pos-matches`, and figures about orders and sell-out."""

from services.deals.sell_out import commands, figures
from services.deals.sell_out.queries import POS_BATCHES, POS_LINES, POS_MATCHES
from services.deals.sell_out.schemas import (
    ChannelGapOut,
    OrderCompletionOut,
    PosBatchIn,
    PosBatchOut,
    PosLineOut,
    PosMatchIn,
    PosMatchOut,
    PosSplitIn,
)
from shared.db.list_parameters import parameter
from shared.db.resource import Row
from shared.errors import AlreadyExists
from shared.imports.problems import UnreadableCsv
from shared.web.models import ReasonIn, RequiredReasonIn
from shared.web.params import Http, Now, Principal, Read, Tx, Version
from shared.web.router import Router

batches = Router("pos-batches")
batches.lists(POS_BATCHES, PosBatchOut, summary="Sell-out reports the caller may see, newest first.")
batches.reads(POS_BATCHES, PosBatchOut, summary="One sell-out report.")

lines = Router("pos-lines")
lines.lists(POS_LINES, PosLineOut, summary="Lines of sell-out reports the caller may see, newest first.")
lines.reads(POS_LINES, PosLineOut, summary="One line of a sell-out report.")

matches = Router("pos-matches")
matches.lists(POS_MATCHES, PosMatchOut, summary="What reported lines were matched to; `status=unmatched` is the queue.")
matches.reads(POS_MATCHES, PosMatchOut, summary="What one line was matched to, and what it was weighed against.")

_DECIDE = "pos-matches:approve"
_DAY = {"type": "string", "format": "date"}
_SPAN = [
    parameter("from", _DAY, "The first day; else 90 days before `to`."),
    parameter("to", _DAY, "The day after the last, else tomorrow; at most 400 days later."),
]


@batches.post(
    permission="pos-batches:write",
    returns=POS_BATCHES,
    out=PosBatchOut,
    status=201,
    problems=[AlreadyExists, UnreadableCsv],
)
async def create_pos_batch(body: PosBatchIn, tx: Tx, caller: Principal) -> Row:
    """Report what was sold out. A line that was reported before counts once, in whichever report it came first."""
    return await commands.receive(tx, body, caller=caller)


@batches.post("/{id}/close", permission="pos-batches:approve", returns=POS_BATCHES, out=PosBatchOut)
async def close_pos_batch(id: str, tx: Tx, caller: Principal, version: Version) -> Row:
    """End a report: lines that still await a person belong to no deal."""
    return await commands.close(tx, batch_id=id, version=version, caller=caller)


@matches.post("/{id}/match", permission=_DECIDE, returns=POS_MATCHES, out=PosMatchOut)
async def match_pos_match(id: str, body: PosMatchIn, tx: Tx, caller: Principal, version: Version) -> Row:
    """Credit a line to the deal it was sold on."""
    return await commands.match(tx, body, match_id=id, version=version, caller=caller)


@matches.post("/{id}/split", permission=_DECIDE, returns=POS_MATCHES, out=PosMatchOut)
async def split_pos_match(id: str, body: PosSplitIn, tx: Tx, caller: Principal, version: Version) -> Row:
    """Credit a line to several deals."""
    return await commands.split(tx, body, match_id=id, version=version, caller=caller)


@matches.post("/{id}/reject", permission=_DECIDE, returns=POS_MATCHES, out=PosMatchOut)
async def reject_pos_match(id: str, tx: Tx, caller: Principal, version: Version, body: ReasonIn = ReasonIn()) -> Row:
    """Say that a line belongs to no deal."""
    return await commands.reject(tx, match_id=id, reason=body.reason, version=version, caller=caller)


@matches.post("/{id}/reopen", permission=_DECIDE, returns=POS_MATCHES, out=PosMatchOut)
async def reopen_pos_match(id: str, body: RequiredReasonIn, tx: Tx, caller: Principal, version: Version) -> Row:
    """Take back what was decided about a line: what was counted by it is returned whole, and a person decides anew."""
    return await commands.reopen(tx, match_id=id, reason=body.reason, version=version, caller=caller)


orders = Router("orders")


@orders.get("/completion", permission="orders:read", out=OrderCompletionOut, query=_SPAN)
async def get_order_completion(read: Read, request: Http, now: Now) -> OrderCompletionOut:
    """Lines delivered in full by their day, divided by lines due in the period, by partner."""
    query = request.query
    return await figures.completion(read, start=query.get("from"), end=query.get("to"), today=now.date())


@orders.get("/channel-gap", permission="orders:read", out=ChannelGapOut, query=_SPAN)
async def get_channel_gap(read: Read, request: Http, now: Now) -> ChannelGapOut:
    """What partners took into stock and what they sold out in the period, by article."""
    query = request.query
    return await figures.channel_gap(read, start=query.get("from"), end=query.get("to"), today=now.date())
