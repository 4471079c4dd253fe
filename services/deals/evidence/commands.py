"""Giving evidence for a deal, and taking it back."""

from services.deals.evidence.queries import file_of
from services.deals.evidence.rules import LIFECYCLE, OthersEvidence, StoredFile, faults_of_evidence, is_theirs, side_of
from services.deals.evidence.schemas import EvidenceIn
from services.deals.evidence.tables import evidence
from services.deals.protection import commands as protection
from services.deals.registration_policies.queries import policy_in_force
from services.deals.registrations.tables import deals
from shared.auth.principal import Caller
from shared.db.resource import Row
from shared.db.tx import Tx
from shared.errors import Fault, Invalid
from shared.events.catalog.registrations import EvidenceAdded, EvidenceWithdrawn
from shared.values.days import latest_day


async def add(tx: Tx, body: EvidenceIn, *, deal_id: str, caller: Caller) -> Row:
    """Give evidence for a deal, whatever its status; raises Invalid for a type, day or file that cannot be."""
    deal = await tx.lock(deals, deal_id)
    policy = await policy_in_force(tx)
    faults = faults_of_evidence(
        type_=body.type,
        types=policy.evidence_types,
        happened_on=body.happened_on,
        today=latest_day(tx.now),
        has_content=bool(body.file_id or body.url or body.text),
    )
    if faults:
        raise Invalid(errors=faults)
    file = await _file(tx, body.file_id, partner_id=deal["partner_id"], caller=caller) if body.file_id else None
    row = await tx.insert(
        evidence,
        id=body.id or tx.new_id("evd"),
        deal_id=deal_id,
        partner_id=deal["partner_id"],
        type=body.type,
        happened_on=body.happened_on,
        file_id=body.file_id,
        file_name=file.name if file else None,
        sha256=file.sha256 if file else None,
        url=body.url,
        text=body.text,
        side=side_of(caller),
        status="provided",
        created_by=caller.account_id,
    )
    await tx.update(
        deals,
        deal,
        **await protection.keep_alive(tx, deal),
        evidence_count=deal["evidence_count"] + 1,
        evidence_required=policy.needs_evidence(
            product_family=deal["product_family"], amount=deal["amount"], currency=deal["currency"]
        ),
    )
    added = EvidenceAdded(deal_id=deal_id, partner_id=deal["partner_id"], evidence_type=body.type)
    tx.emit(added, subject=row, audience=[deal["partner_id"]])
    return row


async def withdraw(tx: Tx, *, evidence_id: str, reason: str | None, version: int | None, caller: Caller) -> Row:
    """Take evidence back; it stays on record. Raises OthersEvidence for what the other side has given."""
    row = await tx.lock_for(evidence, evidence_id, action="withdraw", lifecycle=LIFECYCLE, version=version)
    if row["side"] != side_of(caller):
        raise OthersEvidence()
    withdrawn = await tx.update(
        evidence,
        row,
        status="withdrawn",
        withdrawn_by=caller.account_id,
        withdrawn_at=tx.now,
        withdrawal_reason=reason,
    )
    async with tx.as_engine("a deal counts its evidence, whoever of its partner gave it"):
        deal = await tx.lock(deals, row["deal_id"])
        await tx.update(deals, deal, evidence_count=deal["evidence_count"] - 1)
    event = EvidenceWithdrawn(deal_id=row["deal_id"], partner_id=row["partner_id"])
    tx.emit(event, subject=withdrawn, audience=[row["partner_id"]])
    return withdrawn


async def _file(tx: Tx, file_id: str, *, partner_id: str, caller: Caller) -> StoredFile:
    file = await file_of(tx.database, tenant_id=tx.tenant_id, file_id=file_id)
    if file is None or not is_theirs(file, side=side_of(caller), partner_id=partner_id):
        raise Invalid(errors=[Fault("/file_id", "unknown_file", "There is no such file.")])
    return file
