"""The move itself: the old registration ends and names its successor, and the protection goes on without a gap."""

from typing import Final

from sqlalchemy import ARRAY, Text, any_, bindparam, select

from services.deals.attributions.inheritance import inherit
from services.deals.conflict_policies.queries import policy_in_force
from services.deals.customers.alike import hold_alike
from services.deals.customers.spellings import PARTS
from services.deals.directory.queries import Partner, active_partner, tier_of
from services.deals.handovers.tables import deal_transfers, transfer_consents
from services.deals.protection import commands as protection
from services.deals.protection.queries import claim_of
from services.deals.protection.rules import ProtectionEnded
from services.deals.registrations.admission import DuplicateRegistration, meeting, protected_one
from services.deals.registrations.admitting import link_to, own_ones_alike
from services.deals.registrations.commands import draft
from services.deals.registrations.decisions import BY_POLICY, withdraw_held
from services.deals.registrations.encounters import met
from services.deals.registrations.lifecycle import LIFECYCLE
from services.deals.registrations.queries import standing_with
from services.deals.registrations.rules import Facts
from services.deals.registrations.tables import IS_STANDING, deals
from services.deals.screening.commands import cases_pass, hold_cases
from services.deals.screening.schemas import CustomerIn
from services.deals.stages.commands import begin
from services.deals.transfers.queries import consents_of
from shared.db.pool import Record
from shared.db.resource import Row
from shared.db.statements import TENANT, Statement
from shared.db.tx import Tx
from shared.events.catalog.transfers import PartnerOfRecord, RegistrationTransferred

_STANDING: Final = Statement(
    select(deals)
    .where(
        deals.c.tenant_id == TENANT,
        deals.c.id == any_(bindparam("deal_ids", type_=ARRAY(Text(collation="C")))),
        IS_STANDING,
    )
    .order_by(deals.c.id)
    .with_for_update(key_share=True)
)


async def complete(tx: Tx, transfer: Record) -> Row:
    """Move a registration whose row is held, as the engine; raises ProtectionEnded, PartnerNotActive, InvalidTransition, DuplicateRegistration.

    The new partner gets the customer, the product family, the type, the rank, its share of the split, its conflict cases and the time that is left.
    Title, amount, stage, notes and evidence stay with the partner who wrote them. What it has asked for itself of the same is withdrawn in favour of what it gets.
    """
    old = await tx.lock(deals, transfer["deal_id"])
    LIFECYCLE.require(old["status"], "transfer")
    new_id = tx.new_id("deal")
    for asked in await own_beside(tx, old, partner_id=transfer["to_partner_id"]):
        await withdraw_held(tx, asked, reason="duplicate", by=BY_POLICY, duplicate_of=new_id)
    own, of_others = await hold_cases(tx, old["id"])
    claim = await protection.held_claim(tx, old["id"])
    if not protection.protects(claim, tx):
        raise ProtectionEnded()
    partner = await active_partner(tx, transfer["to_partner_id"])
    consents = await consents_of(tx, transfer["id"])
    title = next(each["customer_name"] for each in consents if each["side"] == "new")
    new = await _drafted(tx, old, partner, deal_id=new_id, title=title, created_by=transfer["created_by"])
    moved = await protection.hand_over(tx, claim, deal_id=new["id"], partner_id=new["partner_id"])
    new = await tx.update(
        deals,
        new,
        status="approved",
        customer_id=old["customer_id"],
        priority_no=old["priority_no"],
        priority_at=old["priority_at"],
        submitted_at=old["submitted_at"],
        decided_at=tx.now,
        decided_by=tx.caller.account_id,
        conflict_class=old["conflict_class"],
        deal_type=old["deal_type"],
        policy_version=old["policy_version"],
        # By these a later amount is measured; the new partner is not told of them.
        approved_amount=old["approved_amount"],
        approved_currency=old["approved_currency"],
        predecessor_id=old["id"],
        record_since=tx.now,
        protected_from=tx.now,
        **protection.mirrored(moved),
        **await begin(tx, new),
    )
    gone = await tx.update(
        deals, old, status="transferred", protected_until=tx.now, lapses_at=None, successor_id=new["id"]
    )
    for consent in consents:
        if consent["side"] == "new":
            await tx.update(transfer_consents, consent, deal_id=new["id"])
    await inherit(tx, gone, new)
    await cases_pass(tx, gone, new, own=own, of_others=of_others)
    _tell(tx, gone, new)
    return await tx.update(
        deal_transfers,
        transfer,
        status="completed",
        successor_id=new["id"],
        decided_by=tx.caller.account_id,
        decided_at=tx.now,
    )


async def own_beside(tx: Tx, old: Row, *, partner_id: str) -> list[Record]:
    """Return what the partner that gets a registration has asked for itself of the same, or of a customer like it, not protected yet.

    Its rows are held. Raises DuplicateRegistration where it has been approved, also while that is decided again.
    """
    rows = meeting(await standing_with(tx, partner_id, like=old), territories=old["territories"])
    rows += await _standing_alike(tx, old, partner_id=partner_id)
    own = protected_one(rows, at=tx.now)
    if own is not None:
        raise DuplicateRegistration(**link_to(tx, own))
    return [each for each in rows if each["status"] != "approved"]


async def _standing_alike(tx: Tx, old: Row, *, partner_id: str) -> list[Record]:
    """Return what a partner has asked for and has not ended of a customer that is taken for that of a deal, its rows held."""
    company = Facts.of(old).customer
    await hold_alike(tx, company)
    claim = await claim_of(tx, old["id"])
    assert claim is not None
    policy = await policy_in_force(tx, tier=await tier_of(tx, partner_id))
    asked = {**old, "partner_id": partner_id}
    likely, _ = await own_ones_alike(tx, await met(tx, asked, claim, company=company, policy=policy))
    return await tx.all(_STANDING, deal_ids=[each["id"] for each in likely])


async def _drafted(tx: Tx, old: Row, partner: Partner, *, deal_id: str, title: str, created_by: str) -> Record:
    return await draft(
        tx,
        deal_id=deal_id,
        partner=partner,
        title=title,
        customer=CustomerIn.model_construct(**{part: old[f"customer_{part}"] for part in PARTS}),
        product_family=old["product_family"],
        territories=old["territories"],
        metadata={},
        created_by=created_by,
    )


def _tell(tx: Tx, old: Row, new: Row) -> None:
    """Tell each side of its own registration, and sister services who is partner of record from when on."""
    given = RegistrationTransferred(deal_id=old["id"], partner_id=old["partner_id"], side="old")
    tx.emit(given, subject=old, audience=[old["partner_id"]])
    taken = RegistrationTransferred(deal_id=new["id"], partner_id=new["partner_id"], side="new")
    tx.emit(taken, subject=new, audience=[new["partner_id"]])
    record = PartnerOfRecord(
        deal_id=new["id"],
        partner_id=new["partner_id"],
        since=tx.now,
        previous_deal_id=old["id"],
        previous_partner_id=old["partner_id"],
        customer_id=new["customer_id"],
        product_family=new["product_family"],
    )
    tx.emit(record, subject=new)
