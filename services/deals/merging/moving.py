"""Deals and their protections go from one customer to another."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import ARRAY, Text, and_, any_, bindparam, select

from services.deals.protection.exclusivity import make_exclusive
from services.deals.protection.tables import protection_claims
from services.deals.registrations.register import entry_of
from services.deals.registrations.rules import Facts
from services.deals.registrations.tables import deals
from services.deals.screening.commands import cases_follow, find_only, open_case
from services.deals.screening.queries import open_cases
from services.deals.screening.rules import Asked, compare, verdict_over
from services.deals.screening.tables import UNDECIDED
from shared.db.pool import Record
from shared.db.statements import TENANT, Statement
from shared.db.tx import Tx

_TEXTS: Final = ARRAY(Text(collation="C"))
_CLAIMS: Final = Statement(
    select(protection_claims)
    .where(
        protection_claims.c.tenant_id == TENANT,
        protection_claims.c.deal_id == any_(bindparam("deal_ids", type_=_TEXTS)),
    )
    .order_by(protection_claims.c.priority_no, protection_claims.c.id)
)
_IN_THE_WAY: Final = Statement(
    select(protection_claims)
    .where(
        protection_claims.c.tenant_id == TENANT,
        protection_claims.c.customer_id == bindparam("customer"),
        protection_claims.c.id != bindparam("claim_id"),
        and_(protection_claims.c.status == "active", protection_claims.c.exclusive),
        protection_claims.c.family.op("&&")(bindparam("family", type_=protection_claims.c.family.type)),
        protection_claims.c.territory.op("&&")(bindparam("territory", type_=protection_claims.c.territory.type)),
        protection_claims.c.period.op("&&")(bindparam("period", type_=protection_claims.c.period.type)),
    )
    .order_by(protection_claims.c.priority_no, protection_claims.c.id)
)


async def move(tx: Tx, moving: Sequence[Record], *, to: Record) -> None:
    """Take deals and their protections to another customer, the earliest priority first."""
    claims = await tx.all(_CLAIMS, deal_ids=[deal["id"] for deal in moving])
    by_id = {deal["id"]: await tx.update(deals, deal, customer_id=to["id"]) for deal in moving}
    await cases_follow(tx, [deal["id"] for deal in moving], customer_id=to["id"])
    for claim in claims:
        await _move_claim(tx, claim, by_id[claim["deal_id"]], to=to)


async def _move_claim(tx: Tx, claim: Record, deal: Record, *, to: Record) -> None:
    rivals = await _in_the_way(tx, claim, customer_id=to["id"])
    for rival in rivals:
        if rival["priority_no"] > claim["priority_no"]:
            await tx.update(protection_claims, rival, exclusive=False)
    stronger = [rival for rival in rivals if rival["priority_no"] <= claim["priority_no"]]
    kept = {} if not stronger else {"exclusive": False}
    moved = await tx.update(protection_claims, claim, customer_id=to["id"], **kept)
    # What gave way to another registration of its own partner, nobody has to decide.
    for rival in (each for each in rivals if each["partner_id"] != claim["partner_id"]):
        loser, winner = (moved, rival) if rival in stronger else (rival, moved)
        await _contest(tx, loser, winner, customer=to)


async def _in_the_way(tx: Tx, claim: Record, *, customer_id: str) -> list[Record]:
    """Return the exclusive protections of a customer that a claim would meet there."""
    if claim["status"] != "active" or not claim["exclusive"]:
        return []
    return await tx.all(
        _IN_THE_WAY,
        customer=customer_id,
        claim_id=claim["id"],
        **{name: claim[name] for name in ("family", "territory", "period")},
    )


async def _contest(tx: Tx, loser: Record, winner: Record, *, customer: Record) -> None:
    """Open a case about a protection that gave way to an earlier one; a person who looks at one of it already finds that as well."""
    deal = await tx.fetch(deals, loser["deal_id"])
    asked = Asked(Facts.of(deal).customer, loser["product_family"], customer["id"])
    rival = entry_of(winner, await tx.fetch(deals, winner["deal_id"]), customer=customer)
    screening = verdict_over([compare(asked, rival)])
    waiting = [each for each in await open_cases(tx, deal["id"]) if each["status"] in UNDECIDED]
    if not waiting:
        await open_case(tx, screening, deal=deal, customer=asked.company, customer_id=customer["id"])
        return
    found = [each.to_json() for each in screening.findings]
    others = [each for each in waiting[0]["findings"] if each["deal_id"] != winner["deal_id"]]
    await find_only(tx, waiting[0], [*others, *found])


async def restore(tx: Tx, deal_ids: Sequence[str]) -> None:
    """Make protections of deals exclusive again that nothing stands in the way of any more, the earliest priority first."""
    await make_exclusive(tx, await tx.all(_CLAIMS, deal_ids=list(deal_ids)))
