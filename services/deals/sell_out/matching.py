"""Finding the deal of a sold line, and crediting it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from services.deals.bundles.families import families_of, family_of, keeps_catalogue
from services.deals.consumption.commands import Delivered, count
from services.deals.consumption.queries import hold, is_delivered, remaining_of
from services.deals.customers import queries as customers
from services.deals.customers.queries import KnownCustomer
from services.deals.customers.rules import deciding_holder
from services.deals.registrations.rules import ends_at
from services.deals.sell_out import queries
from services.deals.sell_out.giving_back import GIVEN_BACK
from services.deals.sell_out.rules import (
    ENGINE_VERSION,
    Candidate,
    Objection,
    Sold,
    Standing,
    Verdict,
    by_name,
    by_score,
    held_against,
    objection_to,
)
from services.deals.sell_out.tables import pos_matches
from shared.db.pool import Record
from shared.db.resource import Row
from shared.db.tx import Tx
from shared.matching import Company, identity_keys, identity_score

AT_ONCE: Final = 50
# A customer that the line's own keys name is the line's, whatever else is written of it.
_NAMED: Final = {"customer_key": 1.0}


async def decide(tx: Tx, line: Record) -> None:
    """Match a sale to its deal and credit that with what has not come back of it, or leave it to a person.

    Raises AlreadyExists for one that was decided.
    """
    if kept(line) == 0:
        await _store(tx, line, Verdict(None, GIVEN_BACK, None, ()))
        return
    families = await families_of(tx, [line["sku"]])
    sold = Sold(line["product_family"], line["sold_on"], families.get(line["sku"], frozenset()))
    likeness = await _likeness(tx, line)
    if line["deal_id"] is not None:
        named = await queries.deal_named(tx, line["deal_id"])
        verdict = by_name(None if named is None else next(iter(await _compared(tx, [named], likeness))), sold)
    else:
        near = await queries.near_customers(tx, likeness.company)
        if likeness.holder_id is not None:
            near = list(dict.fromkeys([likeness.holder_id, *near]))
        verdict = by_score(await _compared(tx, await queries.deals_of_customers(tx, near), likeness), sold)
    if verdict.deal_id is not None:
        verdict = held_against(verdict, await _objection(tx, line, verdict.deal_id, is_known_sku=bool(families)))
    await _store(tx, line, verdict)


async def _objection(tx: Tx, line: Row, deal_id: str, *, is_known_sku: bool) -> Objection | None:
    await hold(tx, deal_id)
    deal = await queries.deal_named(tx, deal_id)
    assert deal is not None
    standing = Standing(
        is_known_sku=is_known_sku or not await keeps_catalogue(tx),
        is_delivered=await is_delivered(tx, deal_id, line["sku"]),
        left=await remaining_of(tx, deal, currency=line["currency"]),
    )
    return objection_to(kept(line) * line["unit_price"], standing)


async def _store(tx: Tx, line: Record, verdict: Verdict) -> None:
    matched = verdict.deal_id is not None
    undecided = "rejected" if verdict.reason == GIVEN_BACK else "unmatched"
    await tx.insert(
        pos_matches,
        id=tx.new_id("posm"),
        pos_line_id=line["id"],
        batch_id=line["batch_id"],
        partner_id=line["partner_id"],
        status="matched" if matched else undecided,
        reason=verdict.reason,
        score=None if verdict.score is None else queries.digits(verdict.score),
        candidates=[queries.candidate_told(each) for each in verdict.candidates],
        engine_version=ENGINE_VERSION,
        deals=[{"deal_id": verdict.deal_id, "quantity": kept(line)}] if matched else [],
    )
    if verdict.deal_id is not None:
        deal = await queries.deal_named(tx, verdict.deal_id)
        assert deal is not None
        await credit(tx, line, deal, quantity=kept(line))


def kept(line: Row) -> int:
    """Return how many pieces a line is of: those of a sale that have not come back, or those that were given back."""
    return abs(int(line["quantity"])) - int(line["returned_quantity"])


async def credit(tx: Tx, line: Row, deal: Row, *, quantity: int) -> None:
    """Count pieces of a line for a deal, whose partner is credited whoever has sold them."""
    await hold(tx, deal["id"])
    families = await families_of(tx, [line["sku"]])
    delivered = Delivered(
        source="pos_line",
        sku=line["sku"],
        product_family=family_of(line["sku"], line["product_family"], families),
        quantity=quantity,
        unit_price=line["unit_price"],
        amount=quantity * line["unit_price"],
        currency=line["currency"],
        happened_on=line["sold_on"],
        pos_line_id=line["id"],
    )
    await count(tx, delivered, deal=deal)


@dataclass(frozen=True, slots=True)
class _Likeness:
    """The customer of a line, and the one whose keys it has, where there is one."""

    company: Company
    holder_id: str | None


async def _likeness(tx: Tx, line: Row) -> _Likeness:
    company = Company(
        line["customer_name"],
        country=line["customer_country"],
        domain=line["customer_domain"],
        tax_id=line["customer_tax_id"],
    )
    keys = identity_keys(company)
    holder = deciding_holder(company, keys, await customers.holders_of(tx, keys) if keys else {})
    return _Likeness(company, None if holder is None else holder.customer_id)


async def _compared(tx: Tx, found: Sequence[Row], likeness: _Likeness) -> list[Candidate]:
    """Return deals with how likely their customers are that of a line."""
    known = await customers.known_customers(tx, list({each["customer_id"] for each in found if each["customer_id"]}))
    return [_candidate(deal, *_identity(known.get(deal["customer_id"]), likeness)) for deal in found]


def _identity(customer: KnownCustomer | None, likeness: _Likeness) -> tuple[float, Mapping[str, float]]:
    if customer is None:
        return 0.0, {}
    if customer.id == likeness.holder_id:
        return 1.0, _NAMED
    scores = (identity_score(likeness.company, each) for each in customer.companies)
    scored = max(scores, key=lambda score: score.value)
    return scored.value, scored.features


def _candidate(deal: Row, identity: float, features: Mapping[str, float]) -> Candidate:
    return Candidate(
        deal_id=deal["id"],
        status=deal["status"],
        product_family=deal["product_family"],
        identity=identity,
        features=features,
        protected_from=deal["protected_from"],
        protected_until=ends_at(deal),
        tail_until=deal["tail_until"],
    )
