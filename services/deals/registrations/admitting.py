"""Letting a registration in: held to the policy, taken into the one that stands already, or entered in a tender."""

from dataclasses import replace
from typing import Any

from services.deals.directory.queries import Partner
from services.deals.four_eyes.rules import barred_from
from services.deals.protection import commands as protection
from services.deals.registration_policies.queries import policy_in_force
from services.deals.registration_policies.rules import RegistrationPolicy
from services.deals.registrations.admission import (
    Admission,
    DuplicateRegistration,
    TenderClosed,
    cools_off_until,
    is_revoked_before,
    live_one,
    meeting,
    rejected_as_it_is,
    require_changed,
    require_cooled_off,
    require_quota,
    taken_back_since,
)
from services.deals.registrations.edits import tell_change
from services.deals.registrations.lifecycle import LIFECYCLE
from services.deals.registrations.queries import deals_with
from services.deals.registrations.rules import Facts, authors_with
from services.deals.registrations.standing import Standing, open_for_certain, open_now, standing_of
from services.deals.registrations.tables import deals
from services.deals.screening.commands import supersede_cases
from services.deals.screening.rules import Screening, is_likely, own_alike
from services.deals.stages.commands import keep_plan
from services.deals.tenders.entering import enter
from shared.db.pool import Record
from shared.db.resource import Row
from shared.db.tx import Tx
from shared.events.catalog.deals import RegistrationWithdrawn

_TAKEN_OVER = {"title": ("title",), "amount": ("amount", "currency"), "expected_close_on": ("expected_close_on",)}


async def admit(tx: Tx, deal: Row, *, partner: Partner, facts: Facts, standing: Standing) -> Admission:
    """Hold a registration to the policy in force.

    Raises UnchangedAfterRejection, DuplicateRegistration, CoolingOff, TenderClosed or RegistrationQuotaReached.
    """
    policy = standing.policy
    there = meeting(standing.others, territories=deal["territories"])
    require_changed(standing.others, deal, facts=facts)
    live = live_one(there, at=tx.now)
    action = policy.on_duplicate(tier=partner.tier, product_family=facts.product_family)
    if live is not None and action == "refuse":
        raise DuplicateRegistration(**link_to(tx, live))
    require_cooled_off(standing.others, policy=policy, at=tx.now)
    if standing.tender is not None and not standing.tender.is_open(tx.now):
        raise TenderClosed()
    quota = policy.quota(partner.tier)
    within = await open_for_certain(tx, deal, standing=standing, quota=quota) < quota
    has_evidence = deal["evidence_count"] > 0
    if live is None or action != "update":
        require_quota(within=within, has_evidence=has_evidence, policy=policy, quota=quota)
    needed = policy.needs_evidence(product_family=facts.product_family, amount=facts.amount, currency=facts.currency)
    revoked = is_revoked_before(there)
    return Admission(within, needed or not within, has_evidence, live, action, revoked_before=revoked)


async def admit_alike(
    tx: Tx,
    deal: Row,
    admission: Admission,
    *,
    facts: Facts,
    screening: Screening,
    partner: Partner,
    standing: Standing,
) -> Admission:
    """Hold a registration to the policy on duplicates also where its customer only looks like one the partner has registered.

    What is only a little like one is for a person. Raises UnchangedAfterRejection, DuplicateRegistration or CoolingOff.
    """
    if admission.live is not None:
        return admission
    likely, others = await own_ones_alike(tx, screening)
    if not others:
        return admission
    require_changed(likely, deal, facts=facts, is_alike=True)
    policy = standing.policy
    live = live_one(likely, at=tx.now)
    action = policy.on_duplicate(tier=partner.tier, product_family=deal["product_family"])
    if live is not None and action == "refuse":
        raise DuplicateRegistration(**link_to(tx, live))
    require_cooled_off(likely, policy=policy, at=tx.now)
    return replace(
        admission,
        live=live or live_one(others, at=tx.now),
        on_duplicate=action if live is not None else "review",
        cooling_off=cools_off_until(others, policy=policy, at=tx.now) is not None,
        revoked_before=admission.revoked_before or is_revoked_before(others),
        rejected_before=rejected_as_it_is(others, deal, facts=facts, is_alike=True) is not None,
    )


async def require_none_beside(
    tx: Tx, deal: Row, claim: Row, *, partner: Partner, by_a_person: bool = False
) -> list[str]:
    """Raise DuplicateRegistration where a deal that comes back would be its partner's second one of a customer, whose lock is held.

    Where a person decides about a second one, that is left to the person who decides about this one. Returns why one has to;
    where none does anyway, also what the vendor has taken back since.
    """
    async with tx.as_engine("a second registration of a customer is one, whoever of the partner made the first"):
        standing = await standing_of(tx, deal, customer_id=claim["customer_id"])
    there = meeting(standing.others, territories=deal["territories"])
    live = live_one(there, at=tx.now)
    reasons = _left_to_a_person(tx, deal, live, policy=standing.policy, partner=partner, by_a_person=by_a_person)
    return reasons if by_a_person else [*reasons, *taken_back_since(there, deal)]


async def require_none_alike(
    tx: Tx, deal: Row, screening: Screening, *, partner: Partner, by_a_person: bool = False
) -> list[str]:
    """Do the same where the other one's customer only looks like this one's; what is only a little like it is for a person."""
    async with tx.as_engine("a second registration of a customer is one, whoever of the partner made the first"):
        likely, others = await own_ones_alike(tx, screening)
    policy = await policy_in_force(tx)
    live = live_one(likely, at=tx.now)
    reasons = _left_to_a_person(tx, deal, live, policy=policy, partner=partner, by_a_person=by_a_person)
    reasons = reasons or (["duplicate"] if live_one(others, at=tx.now) is not None else [])
    return reasons if by_a_person else [*reasons, *taken_back_since(others, deal)]


def _left_to_a_person(
    tx: Tx, deal: Row, live: Row | None, *, policy: RegistrationPolicy, partner: Partner, by_a_person: bool
) -> list[str]:
    if live is None:
        return []
    action = policy.on_duplicate(tier=partner.tier, product_family=deal["product_family"])
    if not by_a_person or action != "review":
        raise DuplicateRegistration(**link_to(tx, live))
    return ["duplicate"]


async def own_ones_alike(tx: Tx, screening: Screening) -> tuple[list[Record], list[Record]]:
    """Return the partner's own registrations of customers that are taken for this one, and of all that are at least a little like it."""
    alike = own_alike(screening)
    rows = await deals_with(tx, [each.rival.deal_id for each in alike if each.rival.deal_id is not None])
    known = [(each, rows[each.rival.deal_id]) for each in alike if each.rival.deal_id in rows]
    return [row for each, row in known if is_likely(each, policy=screening.policy)], [row for _, row in known]


async def require_room(tx: Tx, deal: Row, *, partner: Partner) -> None:
    """Hold a deal that comes back to the quota, as one that is submitted; raises RegistrationQuotaReached."""
    policy = await policy_in_force(tx)
    quota = policy.quota(partner.tier)
    async with tx.as_engine("a quota counts every registration of a partner, whoever may see them"):
        within = await open_now(tx, deal) < quota
    require_quota(within=within, has_evidence=deal["evidence_count"] > 0, policy=policy, quota=quota)


def with_evidence(facts: Facts, admission: Admission) -> Facts:
    """Return the facts with what is known of evidence, where it is needed."""
    return replace(facts, evidence=admission.has_evidence if admission.evidence_required else None)


async def take_over(tx: Tx, deal: Record, *, live: Row, customer_id: str) -> Record:
    """Bring the registration that stands up to date with what a second one says, which is withdrawn in its favour.

    Only what its status lets be changed is changed; raises DuplicateRegistration where that is nothing. Who had a hand in the
    second has had one in the first from now on. What protected the second, for another customer, does so no more.
    """
    editable = set(LIFECYCLE.editable_fields(live["status"]))
    if live["status"] == "approved":
        # Another amount may have to be approved again, and nobody has asked for that.
        editable.discard("amount")
    columns = [column for name, columns in _TAKEN_OVER.items() if name in editable for column in columns]
    if not columns:
        raise DuplicateRegistration(**link_to(tx, live))
    authors = sorted({*authors_with(live, tx.caller), *barred_from(deal)})
    changed = await tx.update(deals, live, authors=authors, **{column: deal[column] for column in columns})
    tell_change(tx, live, changed)
    await keep_plan(tx, live, changed)
    await supersede_cases(tx, deal["id"])
    await protection.end(tx, deal_id=deal["id"])
    await tx.forget(protection.TIMER, subject=deal["id"])
    withdrawn = await tx.update(
        deals,
        deal,
        status="withdrawn",
        customer_id=customer_id,
        duplicate_of=live["id"],
        decided_at=tx.now,
        decided_by="policy",
        decision_reason="duplicate",
        protected_until=tx.now if deal["protected_from"] is not None else None,
        lapses_at=None,
    )
    event = RegistrationWithdrawn(deal_id=deal["id"], partner_id=deal["partner_id"])
    tx.emit(event, subject=withdrawn, audience=[deal["partner_id"]])
    return withdrawn


async def enter_tender(tx: Tx, deal: Record, *, tender_id: str, trace: list[dict[str, Any]]) -> Record:
    """Put a registration under review in a tender, where it claims nothing, and meets nobody."""
    await protection.end(tx, deal_id=deal["id"])
    await enter(tx, deal, tender_id=tender_id)
    return await tx.update(
        deals, deal, status="in_review", tender_id=tender_id, conflict_class="none", decision_trace=trace
    )


def link_to(tx: Tx, other: Row) -> dict[str, Any]:
    """Return where the other registration is found, for a caller who may see it."""
    reads = tx.caller.may("deals:view") and tx.caller.own("deals:view") in (None, other["owner_account_id"])
    return {"deal_id": other["id"], "link": f"/v1/deals/{other['id']}"} if reads else {}
