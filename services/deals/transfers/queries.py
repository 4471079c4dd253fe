"""Reading transfers and consents."""

from sqlalchemy import bindparam, select

from services.deals.directory.queries import is_inactive
from services.deals.handovers.rules import CONSENT_LIFECYCLE, TRANSFER_LIFECYCLE
from services.deals.handovers.tables import deal_transfers, transfer_consents
from shared.db.pool import Record
from shared.db.resource import Resource
from shared.db.statements import TENANT, Statement
from shared.db.tx import Tx

DEAL_TRANSFERS = Resource(
    "deal_transfer",
    deal_transfers,
    (
        *("deal_id", "partner_id", "to_partner_id", "reason", "file_id", "file_name", "sha256", "status"),
        *("override_reason", "successor_id", "created_by", "decided_by", "decided_at"),
    ),
    expands={"deal_id": "deals", "partner_id": "partners", "to_partner_id": "partners", "successor_id": "deals"},
    permission="deal-transfers:read",
    filters=("status", "deal_id", "partner_id", "to_partner_id"),
    lifecycle=TRANSFER_LIFECYCLE,
    ruled_out=lambda row, _: ("override",) if row["held_up"] or row["partner_is_inactive"] else (),
    beside={"partner_is_inactive": is_inactive(deal_transfers.c.to_partner_id)},
)
TRANSFER_CONSENTS = Resource(
    "transfer_consent",
    transfer_consents,
    (
        *("transfer_id", "partner_id", "side", "deal_id", "customer_name", "product_family", "reason", "status"),
        *("answer", "answered_by", "answered_at"),
    ),
    expands={"partner_id": "partners", "deal_id": "deals"},
    permission="deals:read",
    filters=("status", "partner_id", "side", "deal_id"),
    lifecycle=CONSENT_LIFECYCLE,
)
_T, _C = deal_transfers.c, transfer_consents.c
_OPEN = Statement(
    select(deal_transfers).where(_T.tenant_id == TENANT, _T.deal_id == bindparam("deal"), _T.status == "open")
)
_CONSENTS = Statement(
    select(transfer_consents)
    .where(_C.tenant_id == TENANT, _C.transfer_id == bindparam("transfer"))
    .order_by(_C.side, _C.id)
)


async def open_transfer(tx: Tx, deal_id: str) -> Record | None:
    """Return the transfer of a deal that is not decided, if there is one."""
    return await tx.first(_OPEN, deal=deal_id)


async def consents_of(tx: Tx, transfer_id: str) -> list[Record]:
    """Return the consents that a transfer asks for."""
    return await tx.all(_CONSENTS, transfer=transfer_id)
