"""Whom a registration meets: when it is submitted, and when it comes back, since others may have come meanwhile.

What comes back is looked at as a submission is: its partner has no other one of the same or of one like it, and a rival keeps it out,
or brings it before a person.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import asyncpg

from services.deals.approval.queries import policy_of_version
from services.deals.conflict_policies.queries import policy_in_force
from services.deals.conflict_policies.rules import ConflictPolicy
from services.deals.customers.tables import customers
from services.deals.directory.queries import Partner
from services.deals.protection.comebacks import ask_again
from services.deals.protection.rules import CustomerAlreadyProtected
from services.deals.protection.sharing import claims_of
from services.deals.registrations.admitting import require_none_alike, require_none_beside
from services.deals.registrations.register import extent_of, screened
from services.deals.registrations.rules import Facts, authors_with, reasons_for_a_person
from services.deals.registrations.tables import deals
from services.deals.registrations.trace import by_a_person as left_to_one
from services.deals.registrations.trace import entry, is_decided_by_a_person, screened_entry
from services.deals.reviews.commands import awaited
from services.deals.screening.comebacks import decided_in, in_the_way, known_to
from services.deals.screening.commands import open_case
from services.deals.screening.queries import cases_of
from services.deals.screening.rules import Asked, Screening
from shared.db.pool import Record
from shared.db.resource import Row
from shared.db.tx import Tx
from shared.matching import Company


@dataclass(frozen=True, slots=True)
class Encounter:
    """Whom a registration meets that comes back, why the registration policy leaves it to a person, and why one decides whatever it says."""

    screening: Screening
    reasons: Sequence[str] = ()
    always: Sequence[str] = ()

    @property
    def is_clear(self) -> bool:
        """Whether nobody has to look."""
        return self.screening.conflict_class == "none" and not self.reasons and not self.always

    def told(self, deal: Row) -> dict[str, Any]:
        """Return what it leaves on the deal."""
        trace = [each for each in deal["decision_trace"] or () if each["rule"] != "conflict_screening"]
        if self.reasons:
            trace.append(entry("registration_policy", "review", reasons=self.reasons))
        trace += left_to_one(self.always)
        return {
            "conflict_class": self.screening.conflict_class,
            "deal_type": self.screening.deal_type,
            "decision_trace": [screened_entry(self.screening), *trace],
        }


async def met(
    tx: Tx,
    deal: Row,
    claim: Row,
    *,
    company: Company,
    policy: ConflictPolicy,
    cool_off: timedelta = timedelta(),
) -> Screening:
    """Return whom the registration of a company meets, by a claim for its customer."""
    extent = extent_of(claim, project=deal["title"])
    asked = Asked(company, deal["product_family"], claim["customer_id"], extent, deal["id"])
    return await screened(tx, asked, partner_id=deal["partner_id"], policy=policy, cool_off=cool_off)


async def met_again(tx: Tx, deal: Row, claim: Row, *, partner: Partner, by_a_person: bool = False) -> Encounter:
    """Return whom a deal meets that comes back, by its claim; its customer is held, and before that whoever looks like it.

    Unless a person decides anyway, `by_a_person`, it is for one where the vendor has taken back another since, or named the customer.
    Raises DuplicateRegistration where its partner has another one of the customer, or of one that looks like it, unless a
    person decides and the policy leaves such to one.
    """
    reasons = await require_none_beside(tx, deal, claim, partner=partner, by_a_person=by_a_person)
    from_now = {**claim, "period": asyncpg.Range(tx.now, None)}
    policy = await policy_in_force(tx, tier=partner.tier)
    screening = await met(tx, deal, from_now, company=Facts.of(deal).customer, policy=policy)
    if "duplicate" not in reasons:
        reasons += await require_none_alike(tx, deal, screening, partner=partner, by_a_person=by_a_person)
    always = [] if by_a_person else await _named_since(tx, deal, claim)
    return Encounter(screening, list(dict.fromkeys(reasons)), always)


async def _named_since(tx: Tx, deal: Row, claim: Row) -> list[str]:
    """Return that a person decides about a deal whose customer is a named account, and was none when it was approved."""
    async with tx.as_engine("which customers are named accounts is for the vendor"):
        is_named = (await tx.fetch(customers, claim["customer_id"]))["named_account"]
    reasons = reasons_for_a_person({"customer.named": is_named})
    return [] if is_decided_by_a_person(deal["decision_trace"] or (), reasons) else reasons


async def kept_out(tx: Tx, deal: Row, claim: Row, encounter: Encounter) -> Encounter:
    """Return who stands in the way of a deal that was approved before: raises CustomerAlreadyProtected where a rival certainly has it.

    Nobody does about whom a person has decided, or who waits for the customer behind it.
    """
    async with tx.as_engine("who stands in the way of a registration is asked of all partners"):
        cases = await cases_of(tx, deal["id"])
        rivals = [each.rival.deal_id for each in encounter.screening.findings if each.rival.deal_id is not None]
        claims = await claims_of(tx, rivals)
    behind = [
        each["deal_id"]
        for each in claims
        if each["customer_id"] == claim["customer_id"]
        and each["status"] == "pending"
        and each["priority_no"] > claim["priority_no"]
    ]
    screening = in_the_way(
        encounter.screening, decided=decided_in(cases), known=known_to(deal["decision_trace"] or ()), behind=behind
    )
    if screening.conflict_class == "blocking":
        raise CustomerAlreadyProtected()
    return replace(encounter, screening=screening)


async def wait_for_the_desk(
    tx: Tx, deal: Record, claim: Record, encounter: Encounter, *, left: timedelta, **changes: Any
) -> Record:
    """Put a deal that comes back before a person, with a case where it meets another's; what was `left` of its time is kept.

    One that had expired goes on saying how long it was protected: it is sold by that until the decision.
    """
    await ask_again(tx, claim, left=left)
    terms = (await policy_of_version(tx, deal["policy_version"])).review
    waiting = await tx.update(
        deals,
        deal,
        status="in_review",
        authors=authors_with(deal, tx.caller),
        decided_at=None,
        decided_by=None,
        decision_reason=None,
        lapses_at=None,
        **encounter.told(deal),
        **await awaited(tx, deal["id"], terms=terms),
        **changes,
    )
    await open_its_case(tx, waiting, encounter)
    return waiting


async def open_its_case(tx: Tx, deal: Row, encounter: Encounter) -> None:
    """Open the case of a deal that has come back, where it meets another's."""
    if encounter.screening.needs_a_case:
        customer = Facts.of(deal).customer
        await open_case(tx, encounter.screening, deal=deal, customer=customer, customer_id=deal["customer_id"])
