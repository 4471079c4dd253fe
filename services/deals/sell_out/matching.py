"""Finding the deal of a sold line, and crediting it."""

from collections.abc import Mapping
from typing import Final

from services.deals.consumption.commands import Delivered, count
from services.deals.customers import queries as customers
from services.deals.customers.rules import deciding_holder
from services.deals.registrations.rules import ends_at
from services.deals.sell_out import queries
from services.deals.sell_out.giving_back import GIVEN_BACK
from services.deals.sell_out.rules import ENGINE_VERSION, Candidate, Sold, Verdict, by_name, by_score
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
    sold = Sold(line["product_family"], line["sold_on"])
    if line["deal_id"] is not None:
        named = await queries.deal_named(tx, line["deal_id"])
        verdict = by_name(None if named is None else _candidate(named, 1.0, {"deal_named": 1.0}), sold)
    else:
        verdict = by_score(await _candidates(tx, line), sold)
    await _store(tx, line, verdict)


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
    delivered = Delivered(
        source="pos_line",
        sku=line["sku"],
        product_family=line["product_family"],
        quantity=quantity,
        unit_price=line["unit_price"],
        amount=quantity * line["unit_price"],
        currency=line["currency"],
        happened_on=line["sold_on"],
        pos_line_id=line["id"],
    )
    await count(tx, delivered, deal=deal)


async def _candidates(tx: Tx, line: Row) -> list[Candidate]:
    company = Company(
        line["customer_name"],
        country=line["customer_country"],
        domain=line["customer_domain"],
        tax_id=line["customer_tax_id"],
    )
    keys = identity_keys(company)
    held = await customers.holders_of(tx, keys) if keys else {}
    holder = deciding_holder(company, keys, held)
    near = await queries.near_customers(tx, company)
    if holder is not None:
        near = list(dict.fromkeys([holder.customer_id, *near]))
    known = await customers.known_customers(tx, near)
    found: list[Candidate] = []
    for deal in await queries.deals_of_customers(tx, near):
        customer = known[deal["customer_id"]]
        if holder is not None and customer.id == holder.customer_id:
            found.append(_candidate(deal, 1.0, _NAMED))
        else:
            scored = max((identity_score(company, each) for each in customer.companies), key=lambda score: score.value)
            found.append(_candidate(deal, scored.value, scored.features))
    return found


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
