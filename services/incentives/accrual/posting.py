"""Brings what is posted for a sale and its returns to what they are worth: the difference becomes lines of money."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

from services.incentives.accrual import store
from services.incentives.accrual.crediting import Contribution, Outcome, Sold, replay
from services.incentives.accrual.resolution import Match
from services.incentives.accrual.store import Bucket, Place
from services.incentives.accrual.tracing import trace_of
from services.incentives.earnings import commands as earnings
from services.incentives.earnings.commands import Line
from services.incentives.earnings.schemas import CorrectionOut
from services.incentives.exchange.rules import Rate, converted
from services.incentives.ledger.rules import ACCRUED, account_of_clawback
from services.incentives.plans.rules import Standing, difference, period_of, plain, terms_of, total
from shared.db.pool import Record
from shared.db.tx import Tx

_AFTER_ITS_SALE: Final = timedelta(microseconds=1)
_STRUCTURE: Final = ("period", "happened_on", "happened_at", "amount", "basis", "terms", "fx", "withdrawn")


class ReturnInOtherCurrency(Exception):
    """A return is in another currency than its sale: deals never says so, and nothing can be posted for it."""


@dataclass(frozen=True, slots=True)
class Posted:
    """How many lines were posted, and their sum by currency in minor units."""

    lines: int
    sums: Mapping[str, int]


async def apply(
    tx: Tx,
    sale: Record,
    *,
    matches: Sequence[Match] | None,
    held: bool,
    tier: str | None,
    country: str | None,
    because: str,
) -> Posted:
    """Post what a sale and its returns are worth by these matches, or by those it had before where `matches` is None.

    The sale's row is held by the caller. `because` names the reason of corrections to lines posted earlier.
    """
    known = {store.key_of(row): row for row in await store.credits_of(tx, deal_id=sale["id"])}
    wanted = [row for row in known.values() if row["source"] == "sale"] if matches is None else []
    contributions: list[dict[str, Any]] = [dict(row) for row in wanted]
    if matches is not None:
        contributions = [_of_sale(sale, match, tier=tier, country=country) for match in matches]
        kept = {store.key_of(each) for each in contributions}
        contributions += [
            {**row, "withdrawn": True} for key, row in known.items() if row["source"] == "sale" and key not in kept
        ]
    for given_back in await store.returns_of(tx, deal_id=sale["id"]):
        if given_back["currency"] != sale["currency"]:
            raise ReturnInOtherCurrency(given_back["return_id"])
        contributions += [_of_return(given_back, each) for each in contributions if each["source"] == "sale"]
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
    for bucket in sorted(first):
        posted += await _bring_up_to_date(tx, bucket, start=first[bucket], sale=sale, held=held, because=because)
    sums: dict[str, int] = {}
    for line in posted:
        sums[line["currency"]] = sums.get(line["currency"], 0) + line["amount"]
    return Posted(len(posted), sums)


def _place(row: Mapping[str, Any]) -> Place:
    return row["happened_on"], row["happened_at"], row["source_id"]


def _differs(wanted: Mapping[str, Any], known: Record | None) -> bool:
    return known is None or any(wanted[name] != known[name] for name in _STRUCTURE)


def _of_sale(sale: Record, match: Match, *, tier: str | None, country: str | None) -> dict[str, Any]:
    return {
        "source": "sale",
        "source_id": sale["id"],
        "plan_id": match.plan.plan_id,
        "component": match.component["code"],
        "partner_id": sale["partner_id"],
        "deal_id": sale["id"],
        "period": period_of(sale["closed_on"], match.component["period"])[0],
        "happened_on": sale["closed_on"],
        "happened_at": sale["won_at"],
        "amount": sale["amount"],
        "basis": plain(match.basis),
        "currency": match.plan.currency,
        "terms": {
            "plan": match.plan.model_dump(),
            "component": match.component,
            "partner": {"partner_id": sale["partner_id"], "tier": tier, "country": country},
        },
        "fx": None if match.fx is None else _frozen(match.fx),
        "withdrawn": False,
    }


def _frozen(rate: Rate) -> dict[str, Any]:
    return {
        "exchange_rate_id": rate.id,
        "base": rate.base,
        "quote": rate.quote,
        "rate": plain(rate.rate),
        "effective_on": rate.effective_on.isoformat(),
    }


def thawed(fx: Mapping[str, Any]) -> Rate:
    """Return the exchange rate that was frozen on a line."""
    day = date.fromisoformat(fx["effective_on"])
    return Rate(fx["exchange_rate_id"], fx["base"], fx["quote"], Decimal(fx["rate"]), day)


def _of_return(given_back: Record, sold: Mapping[str, Any]) -> dict[str, Any]:
    """A return counts in its sale's period, on its terms and at its exchange rate, and never before it."""
    fx = None if sold["fx"] is None else thawed(sold["fx"])
    return {
        **{name: sold[name] for name in ("plan_id", "component", "partner_id", "deal_id", "period", "currency")},
        "source": "return",
        "source_id": given_back["return_id"],
        "happened_on": max(given_back["returned_on"], sold["happened_on"]),
        "happened_at": max(given_back["recorded_at"], sold["happened_at"] + _AFTER_ITS_SALE),
        "amount": given_back["amount"],
        "basis": plain(converted(-given_back["amount"], fx)),
        "terms": sold["terms"],
        "fx": sold["fx"],
        "withdrawn": sold["withdrawn"],
    }


async def _bring_up_to_date(
    tx: Tx, bucket: Bucket, *, start: Place, sale: Record, held: bool, because: str
) -> list[Record]:
    """Work out anew everything in a period from a place on, and post the differences."""
    before = await store.last_before(tx, bucket, start)
    standing = Standing() if before is None else Standing(Decimal(before["attained"]), before["running"])
    tail = await store.tail(tx, bucket, start)
    earlier = await store.earlier_of(
        tx, bucket, start, deals={row["deal_id"] for row in tail if row["source"] == "return"}
    )
    outcomes = replay([_contribution(row) for row in tail], standing=standing, sold=_sold(earlier))
    posted: list[Record] = []
    for row, outcome in zip(tail, outcomes, strict=True):
        own = sale if row["deal_id"] == sale["id"] else await store.sale(tx, row["deal_id"])
        lines = await _post(tx, row, outcome, sale=own, held=held, because=because)
        posted += lines
        standing = outcome.standing
        await store.settle(tx, row, outcome, lines=row["lines"] + len(lines))
    await store.stand(tx, bucket, standing)
    return posted


def _contribution(row: Record) -> Contribution:
    return Contribution(
        row["source"],
        row["source_id"],
        row["deal_id"],
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
            found[row["deal_id"]] = Sold(row["credited"], row["amount"], 0, moved)
        elif row["deal_id"] in found:
            sold = found[row["deal_id"]]
            returned = min(sold.returned + row["amount"], sold.amount)
            found[row["deal_id"]] = Sold(sold.original, sold.amount, returned, total(sold.basis_left, moved))
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


async def _post(tx: Tx, row: Record, outcome: Outcome, *, sale: Record, held: bool, because: str) -> list[Record]:
    posted: list[Record] = []
    for each in _wanted(row, outcome, because):
        original = await _original(tx, row)
        account = account_of_clawback(None if original is None else original["account"]) if each.amount < 0 else ACCRUED
        trace = trace_of(row, outcome, sale=sale, exact=each.exact, rounded=each.amount, correction=each.correction)
        line = Line(
            partner_id=row["partner_id"],
            deal_id=row["deal_id"],
            kind=each.kind,
            amount=each.amount,
            currency=row["currency"],
            plan_id=row["plan_id"],
            plan_version_id=row["terms"]["plan"]["version_id"],
            component=row["component"],
            source=row["source"],
            source_id=row["source_id"],
            line=row["lines"] + len(posted) + 1,
            earned_on=row["happened_on"],
            reverses=original["id"] if original and each.kind in ("clawback", "adjustment") else None,
            account=account,
            trace=trace,
        )
        posted.append(await earnings.accrue(tx, line, held=held))
    return posted


async def _original(tx: Tx, row: Record) -> Record | None:
    """The first line of the sale: what a clawback takes back, and what an adjustment corrects."""
    return await earnings.first_of(
        tx, source="sale", source_id=row["deal_id"], plan_id=row["plan_id"], component=row["component"]
    )


def _correction(because: str, before: int, now: int) -> CorrectionOut:
    return CorrectionOut(because=because, credited_before=before, credited_now=now)
