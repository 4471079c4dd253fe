"""The noun `evidence`, and the evidence of one deal."""

from services.deals.evidence import commands, queries
from services.deals.evidence.queries import EVIDENCE
from services.deals.evidence.rules import NoFile, OthersEvidence
from services.deals.evidence.schemas import EvidenceIn, EvidenceLinkOut, EvidenceOut
from services.deals.registrations.queries import DEALS
from shared.db.read import Page
from shared.db.resource import Row
from shared.errors import AlreadyExists
from shared.web.models import ReasonIn, list_of
from shared.web.params import Http, Principal, Read, Tx, Version
from shared.web.router import Router

router = Router("evidence")
router.lists(EVIDENCE, EvidenceOut, summary="Evidence of the deals the caller may see, newest first.")
router.reads(EVIDENCE, EvidenceOut, summary="One piece of evidence.")
of_deals = Router("deals")


@router.post("/{id}/withdraw", permission="deals:write", returns=EVIDENCE, out=EvidenceOut, problems=[OthersEvidence])
async def withdraw_evidence(id: str, tx: Tx, caller: Principal, version: Version, body: ReasonIn = ReasonIn()) -> Row:
    """Take evidence back that one's own side has given; it stays on record, and counts no more."""
    return await commands.withdraw(tx, evidence_id=id, reason=body.reason, version=version, caller=caller)


@router.get("/{id}/link", permission="deals:read", out=EvidenceLinkOut, problems=[NoFile])
async def link_to_evidence(id: str, read: Read) -> EvidenceLinkOut:
    """A link to the file of a piece of evidence, for five minutes."""
    return await queries.link(read, evidence_id=id)


@of_deals.get("/{id}/evidence", permission="deals:read", out=list_of(EvidenceOut), listing=EVIDENCE)
async def list_deal_evidence(id: str, read: Read, request: Http) -> Page:
    """The evidence of one deal, newest first."""
    await read.get(DEALS, id)
    return await read.page(EVIDENCE, request.query, deal_id=id)


@of_deals.post(
    "/{id}/evidence",
    permission="deals:write",
    returns=EVIDENCE,
    about=DEALS,
    out=EvidenceOut,
    status=201,
    problems=[AlreadyExists],
)
async def add_deal_evidence(id: str, body: EvidenceIn, tx: Tx, caller: Principal) -> Row:
    """Give evidence for a deal: a file, a link or a text, of a type that the registration policy lists."""
    return await commands.add(tx, body, deal_id=id, caller=caller)
