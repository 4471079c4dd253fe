"""Checking before registering, and the cases that screening opens and closes."""

from collections.abc import Mapping, Sequence
from typing import Any

from services.deals.four_eyes.rules import barred_from, listed
from services.deals.screening import queries
from services.deals.screening.comebacks import met_since
from services.deals.screening.findings import handed_over, told_by
from services.deals.screening.rivals import keep_rivals
from services.deals.screening.rules import ConflictUndecided, ConflictUpheld, Screening, shown
from services.deals.screening.tables import UNDECIDED, conflict_cases
from shared.db.pool import Record
from shared.db.resource import Row
from shared.db.tx import Tx
from shared.events.catalog.deals import ConflictAppealed, RegistrationConflictFound
from shared.matching import Company


async def open_case(
    tx: Tx,
    screening: Screening,
    *,
    deal: Row,
    customer: Company,
    customer_id: str,
    resolved: Mapping[str, Any] | None = None,
) -> Row:
    """Open a case for a registration that met another, and tell its partner that it did.

    One that comes from another's resolution is `resolved` by it already, and only waits for an appeal.
    """
    async with tx.as_engine("a case keeps what screening found about rivals"):
        case = await tx.insert(
            conflict_cases,
            id=tx.new_id("case"),
            deal_id=deal["id"],
            partner_id=deal["partner_id"],
            customer_id=customer_id,
            product_family=deal["product_family"],
            reasons=list(screening.reasons),
            findings=[finding.to_json() for finding in screening.findings],
            engine_version=screening.engine_version,
            customer=shown(customer),
            policy=screening.policy.to_json(),
            authors=sorted(barred_from(deal)),
            **{"class": screening.conflict_class, "status": "open", **(resolved or {})},
        )
        await keep_rivals(tx, case)
    found = RegistrationConflictFound(
        deal_id=deal["id"], partner_id=deal["partner_id"], conflict_class=screening.conflict_class
    )
    tx.emit(found, subject=deal, audience=[deal["partner_id"]])
    return case


async def supersede_cases(tx: Tx, deal_id: str, *, approved: bool = False) -> None:
    """Close the cases of a deal that was decided, or taken back, otherwise.

    One that was resolved stays open to appeal where the deal is `approved`: what it has got may be less than it asked for.
    Cases are held before the customers in them, as they are where they are resolved.
    """
    async with tx.as_engine("a decision about a registration closes its cases"):
        for case in await queries.open_cases_held(tx, deal_id):
            if approved and case["status"] == "resolved":
                continue
            await _close(tx, case)


async def cases_follow(tx: Tx, deal_ids: Sequence[str], *, customer_id: str) -> None:
    """Let the cases of deals be about the customer that the deals are with now."""
    for case in await queries.cases_elsewhere(tx, deal_ids, customer_id=customer_id):
        await tx.update(conflict_cases, case, customer_id=customer_id)


async def find_only(tx: Tx, case: Record, findings: Sequence[Mapping[str, Any]], **changes: Any) -> None:
    """Let a case that waits for a decision be about these findings; one that meets nobody any more is closed."""
    if any(each["class"] != "none" for each in findings):
        await tx.update(conflict_cases, case, **told_by(findings), **changes)
    else:
        await _close(tx, case)


async def hold_cases(tx: Tx, deal_id: str) -> tuple[list[Record], list[Record]]:
    """Return the cases of a deal and those of others that name it, not closed, held before the customers in them. For the engine role."""
    return await queries.open_cases_held(tx, deal_id), await queries.cases_naming(tx, deal_id)


async def cases_pass(tx: Tx, old: Row, new: Row, *, own: Sequence[Record], of_others: Sequence[Record]) -> None:
    """Give the cases of a deal to its successor, which takes its place in those of others as well. For the engine role.

    What the old partner said in an appeal stays with it.
    """
    for case in of_others:
        findings = handed_over(case["findings"], old=old, new=new, asked_by=case["partner_id"])
        if case["status"] in UNDECIDED:
            await find_only(tx, case, findings, authors=_authors(case, new))
        else:
            await tx.update(conflict_cases, case, findings=findings)
    for case in own:
        mine = [each for each in case["findings"] if each["partner_id"] != new["partner_id"]]
        await _close(tx, case)
        if any(each["class"] != "none" for each in mine):
            await _open_again(tx, case, deal=new, findings=mine)


async def _open_again(tx: Tx, case: Record, *, deal: Row, findings: Sequence[Mapping[str, Any]]) -> None:
    own = ("id", "tenant_id", "version", "created_at", "updated_at", "appeal_reason")
    kept = {name: value for name, value in case.items() if name not in own}
    kept |= {"deal_id": deal["id"], "partner_id": deal["partner_id"], **told_by(findings)}
    kept["authors"] = _authors(case, deal)
    opened = await tx.insert(conflict_cases, id=tx.new_id("case"), **kept)
    await keep_rivals(tx, opened)
    if case["status"] == "resolved":
        await tx.remind("case_closes", subject=opened["id"], at=case["appealable_until"])
    found = RegistrationConflictFound(deal_id=deal["id"], partner_id=deal["partner_id"], conflict_class=opened["class"])
    tx.emit(found, subject=deal, audience=[deal["partner_id"]])


def _authors(case: Row, deal: Row) -> list[str]:
    """Return who does not decide a case that a deal has come into."""
    return sorted({*listed(case["authors"]), *barred_from(deal)})


async def _close(tx: Tx, case: Record) -> None:
    """Close a case; what was resolved stays so, and what was not is decided by what has happened meanwhile."""
    undecided = case["status"] != "resolved"
    ended = {"resolution": "superseded", "resolved_by": tx.caller.account_id, "resolved_at": tx.now}
    await tx.update(conflict_cases, case, status="closed", closed_at=tx.now, **(ended if undecided else {}))
    await tx.forget("case_closes", subject=case["id"])


async def reopen_case(tx: Tx, deal_id: str, *, reason: str | None, found: Screening) -> bool:
    """Put a case that was decided against a registration before the vendor once more: what is said now is final.

    It is also about whom the registration meets since, by what was `found` now. Tells whether there was such a case.
    """
    async with tx.as_engine("an appeal opens what was decided about the rivals of a registration"):
        case = await queries.latest_case(tx, deal_id)
        if case is None or not queries.stands_against(case):
            return False
        appealed = {"status": "appealed", "appealed_at": tx.now, "appeal_reason": reason, "closed_at": None}
        row = await tx.update(conflict_cases, case, **appealed, **met_since(case["findings"], found))
        await tx.forget("case_closes", subject=case["id"])
    event = ConflictAppealed(case_id=row["id"], deal_id=row["deal_id"], partner_id=row["partner_id"])
    tx.emit(event, subject=row, audience=[row["partner_id"]])
    return True


async def require_not_upheld(tx: Tx, deal_id: str) -> None:
    """Raise ConflictUpheld when the deal's conflict was decided against it."""
    if await queries.is_upheld(tx, deal_id):
        raise ConflictUpheld()


async def require_decided(tx: Tx, deal_id: str) -> None:
    """Raise ConflictUndecided while a case of the deal is open, and ConflictUpheld when the last one was decided against it."""
    async with tx.as_engine("whether a registration still meets another is asked of its cases"):
        if any(each["status"] in UNDECIDED for each in await queries.open_cases(tx, deal_id)):
            raise ConflictUndecided()
        await require_not_upheld(tx, deal_id)
