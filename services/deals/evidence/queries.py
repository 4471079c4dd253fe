"""Reading evidence, and asking the gateway about the files in it."""

from urllib.parse import urlencode

from services.deals.evidence.rules import LIFECYCLE, NoFile, StoredFile, not_to_withdraw
from services.deals.evidence.schemas import EvidenceLinkOut
from services.deals.evidence.tables import evidence
from shared.db.pool import Database
from shared.db.read import Read
from shared.db.resource import Resource
from shared.errors import NotFound, Unavailable

EVIDENCE = Resource(
    "evidence",
    evidence,
    (
        "deal_id",
        "partner_id",
        "type",
        "happened_on",
        "file_id",
        "file_name",
        "sha256",
        "url",
        "text",
        "side",
        "status",
        "created_by",
        "withdrawn_by",
        "withdrawn_at",
        "withdrawal_reason",
    ),
    noun="evidence",
    expands={"deal_id": "deals", "partner_id": "partners"},
    permission="deals:read",
    filters=("deal_id", "partner_id", "created_at"),
    lifecycle=LIFECYCLE,
    ruled_out=not_to_withdraw,
)


async def file_of(database: Database, *, tenant_id: str, file_id: str) -> StoredFile | None:
    """Return an upload of the tenant, None when there is none of this id; raises Unavailable."""
    query = urlencode({"tenant": tenant_id, "id": file_id})
    answer = await database.peers["gateway"].get("/internal/files", query=query)
    if answer.status == 404:
        return None
    if answer.status != 200:
        raise Unavailable("The file cannot be looked up right now.")
    found = answer.json()
    return StoredFile(file_id, found["owner"], found["name"], found["sha256"])


async def link(read: Read, *, evidence_id: str) -> EvidenceLinkOut:
    """Return a link to the file of a piece of evidence for five minutes; raises NoFile where there is none."""
    row = await read.get(EVIDENCE, evidence_id)
    if row["file_id"] is None:
        raise NoFile()
    query = urlencode({"tenant": read.caller.tenant_id, "id": row["file_id"]})
    answer = await read.database.peers["gateway"].get("/internal/files/link", query=query)
    if answer.status == 404:
        raise NotFound()
    if answer.status != 200:
        raise Unavailable("The file cannot be looked up right now.")
    made = answer.json()
    return EvidenceLinkOut(evidence_id=evidence_id, url=made["url"], expires_at=made["expires_at"])
