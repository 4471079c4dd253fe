"""Finding the deal of a sold line, and crediting it."""

from collections.abc import Mapping, Sequence
from typing import Final

from services.deals.bundles.families import families_of, family_of, keeps_catalogue
from services.deals.consumption.commands import Delivered, count
from services.deals.consumption.queries import held_registration, is_delivered, remaining_of
from services.deals.customers.likeness import Named, likeness, named_by
from services.deals.customers.queries import known_customers
from services.deals.registrations.rules import ends_at, sold_as
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
from shared.matching import Company

AT_ONCE: Final = 50


async def decide(tx: Tx, line: Record) -> None:
    """Match a sale to its deal and credit that with what has not come back of it, or leave it to a person.

    Raises AlreadyExists for one that was decided.
    """
    if kept(line) == 0:
        await _store(tx, line, Verdict(None, GIVEN_BACK, None, ()))
        return
    families = await families_of(tx, [line["sku"]])
    sold = Sold(line["product_family"], line["sold_on"], families.get(line["sku"], frozenset()))
    customer = await _customer_of(tx, line)
    if line["deal_id"] is not None:
        named = await queries.deal_named(tx, line["deal_id"])
        verdict = by_name(None if named is None else next(iter(await _compared(tx, [named], customer))), sold)
    else:
        near = await queries.near_customers(tx, customer.company)
        if customer.holder_id is not None:
            near = list(dict.fromkeys([customer.holder_id, *near]))
        verdict = by_score(await _compared(tx, await queries.deals_of_customers(tx, near), customer), sold)
    if verdict.deal_id is not None:
        verdict = held_against(verdict, await _objection(tx, line, verdict.deal_id, is_known_sku=bool(families)))
    await _store(tx, line, verdict)


async def _objection(tx: Tx, line: Row, deal_id: str, *, is_known_sku: bool) -> Objection | None:
    deal = await queries.deal_named(tx, deal_id)
    assert deal is not None
    registration = await held_registration(tx, deal)
    standing = Standing(
        is_known_sku=is_known_sku or not await keeps_catalogue(tx),
        is_delivered=await is_delivered(tx, registration, line["sku"]),
        left=await remaining_of(tx, registration, currency=line["currency"]),
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
    await held_registration(tx, deal)
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


async def _customer_of(tx: Tx, line: Row) -> Named:
    company = Company(
        line["customer_name"],
        country=line["customer_country"],
        domain=line["customer_domain"],
        tax_id=line["customer_tax_id"],
    )
    return await named_by(tx, company)


async def _compared(tx: Tx, found: Sequence[Row], customer: Named) -> list[Candidate]:
    """Return deals with how likely their customers are that of a line."""
    known = await known_customers(tx, list({each["customer_id"] for each in found if each["customer_id"]}))
    return [_candidate(deal, *likeness(known.get(deal["customer_id"]), customer)) for deal in found]


def _candidate(deal: Row, identity: float, features: Mapping[str, float]) -> Candidate:
    return Candidate(
        deal_id=deal["id"],
        status=sold_as(deal),
        product_family=deal["product_family"],
        identity=identity,
        features=features,
        protected_from=deal["protected_from"],
        protected_until=ends_at(deal),
        tail_until=deal["tail_until"],
    )
