"""Brings what is posted for a sale and its returns to what they are worth: the difference becomes lines of money."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from services.incentives.accrual import parts, store
from services.incentives.accrual.contributions import Decided, contributed
from services.incentives.accrual.crediting import Contribution, Outcome, Sold, replay
from services.incentives.accrual.store import Bucket, Place
from services.incentives.accrual.tracing import trace_of
from services.incentives.earnings import commands as earnings
from services.incentives.earnings.commands import Line
from services.incentives.earnings.schemas import CorrectionOut
from services.incentives.ledger.rules import ACCRUED, account_of_clawback
from services.incentives.plans.rules import Standing, difference, terms_of, total
from shared.db.pool import Record
from shared.db.tx import Tx

_OF_ROW: Final = ("partner_id", "sale_id", "currency", "plan_id", "component", "source", "source_id")
_STRUCTURE: Final = ("period", "happened_on", "happened_at", "amount", "basis", "terms", "fx", "withdrawn")


@dataclass(frozen=True, slots=True)
class Posted:
    """How many lines were posted, and their sum by currency in minor units."""

    lines: int
    sums: Mapping[str, int]


async def apply(
    tx: Tx, sale: Record, decided: Sequence[Decided], *, credited: Sequence[Record], because: str
) -> Posted:
    """Post what the parts of a sale and of its returns are worth, beyond what they are credited so far.

    The sale's row is held by the caller. `because` names the reason of corrections to lines posted earlier.
    """
    known = {store.key_of(row): row for row in credited}
    returned = await store.returns_of(tx, sale["id"])
    contributions = [*contributed(sale, decided, returned=returned, known=known)]
    changed = [each for each in contributions if _differs(each, known.get(store.key_of(each)))]
    first: dict[Bucket, Place] = {}
    for each in changed:
        before = known.get(store.key_of(each))
        for row in (each, before) if before is not None else (each,):
            bucket, place = store.bucket_of(row), _place(row)
            first[bucket] = min(first.get(bucket, place), place)
    for bucket in sorted(first):
        await store.hold(tx, bucket)
    for each in changed:
        await store.keep(tx, each)
    posted: list[Record] = []
    held = {each.part["partner_id"]: each.held for each in decided}
    for bucket in sorted(first):
        is_held = held[bucket.partner_id]
        posted += await _bring_up_to_date(tx, bucket, start=first[bucket], held=is_held, because=because)
    sums: dict[str, int] = {}
    for line in posted:
        sums[line["currency"]] = sums.get(line["currency"], 0) + line["amount"]
    return Posted(len(posted), sums)


def _place(row: Mapping[str, Any]) -> Place:
    return row["happened_on"], row["happened_at"], row["source_id"], row["sale_id"]


def _differs(wanted: Mapping[str, Any], known: Record | None) -> bool:
    return known is None or any(wanted[name] != known[name] for name in _STRUCTURE)


async def _bring_up_to_date(tx: Tx, bucket: Bucket, *, start: Place, held: bool, because: str) -> list[Record]:
    """Work out anew everything in a period from a place on, and post the differences."""
    before = await store.last_before(tx, bucket, start)
    standing = Standing() if before is None else Standing(Decimal(before["attained"]), before["running"])
    tail = await store.tail(tx, bucket, start)
    earlier = await store.earlier_of(
        tx, bucket, start, sales={row["sale_id"] for row in tail if row["source"] == "return"}
    )
    outcomes = replay([_contribution(row) for row in tail], standing=standing, sold=_sold(earlier))
    posted: list[Record] = []
    for row, outcome in zip(tail, outcomes, strict=True):
        lines = await _post(tx, row, outcome, held=held, because=because)
        posted += lines
        standing = outcome.standing
        await store.settle(tx, row, outcome, lines=row["lines"] + len(lines))
    await store.stand(tx, bucket, standing)
    return posted


def _contribution(row: Record) -> Contribution:
    return Contribution(
        row["source"],
        row["source_id"],
        row["sale_id"],
        row["amount"],
        Decimal(row["basis"]),
        terms_of(row["terms"]["component"]),
        row["withdrawn"],
    )


def _sold(earlier: Sequence[Record]) -> dict[str, Sold]:
    """Return the sales among rows in order, with what has come back of each."""
    found: dict[str, Sold] = {}
    for row in earlier:
        moved = difference(row["attained"], row["attained_before"])
        if row["source"] == "sale":
            found[row["sale_id"]] = Sold(row["credited"], row["amount"], 0, moved)
        elif row["sale_id"] in found:
            sold = found[row["sale_id"]]
            returned = min(sold.returned + row["amount"], sold.amount)
            found[row["sale_id"]] = Sold(sold.original, sold.amount, returned, total(sold.basis_left, moved))
    return found


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A line to be posted: its kind, amount before and after rounding, and why, where it corrects earlier ones."""

    kind: str
    amount: int
    exact: Decimal
    correction: CorrectionOut | None = None


def _wanted(row: Record, outcome: Outcome, because: str) -> list[_Wanted]:
    """The lines that lead from what a contribution was credited to what it is credited now."""
    credit = outcome.credit
    if row["lines"] > 0:
        change = credit.total - row["credited"]
        lines = [_Wanted("adjustment", change, Decimal(change), _correction(because, row["credited"], credit.total))]
    elif row["source"] == "return":
        lines = [_Wanted("clawback", credit.own, credit.exact)]
    else:
        so_far = outcome.standing.credited - credit.total
        correction = _correction("true_up", so_far, so_far + credit.true_up)
        lines = [
            _Wanted("commission", credit.own, credit.exact),
            _Wanted("true_up", credit.true_up, Decimal(credit.true_up), correction),
        ]
    return [each for each in lines if each.amount != 0]


async def _post(tx: Tx, row: Record, outcome: Outcome, *, held: bool, because: str) -> list[Record]:
    wanted = _wanted(row, outcome, because)
    if not wanted:
        return []
    part = await parts.part_of(tx, sale_id=row["sale_id"], partner_id=row["partner_id"])
    kind, happened = "sale", part["whole"]
    if row["source"] == "return":
        returned = await store.returned(tx, row)
        kind, happened = returned["kind"], returned["amount"]
    posted: list[Record] = []
    for each in wanted:
        # The first line of the sale: what a clawback takes back, and what an adjustment corrects.
        original = await earnings.first_of_sale(
            tx, row["sale_id"], partner_id=row["partner_id"], plan_id=row["plan_id"], component=row["component"]
        )
        account = account_of_clawback(None if original is None else original["account"]) if each.amount < 0 else ACCRUED
        line = Line(
            **{name: row[name] for name in _OF_ROW},
            deal_id=part["deal_id"],
            licence_id=part["licence_id"],
            licence_invoice_id=part["sale_id"] if part["source"] == "licences" else None,
            kind=each.kind,
            amount=each.amount,
            plan_version_id=row["terms"]["plan"]["version_id"],
            line=row["lines"] + len(posted) + 1,
            earned_on=row["happened_on"],
            reverses=original["id"] if original and each.kind in ("clawback", "adjustment") else None,
            account=account,
            trace=trace_of(
                row,
                outcome,
                part=part,
                kind=kind,
                happened=happened,
                exact=each.exact,
                rounded=each.amount,
                correction=each.correction,
            ),
        )
        posted.append(await earnings.accrue(tx, line, held=held))
    return posted


def _correction(because: str, before: int, now: int) -> CorrectionOut:
    return CorrectionOut(because=because, credited_before=before, credited_now=now)
