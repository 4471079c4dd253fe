"""`webhook-endpoints` [recover]."""

from typing import Final

from gateway.metadata import PLUMBING
from gateway.webhook_recovery import sending
from gateway.webhook_recovery.schemas import RecoverIn
from gateway.webhook_recovery.sending import EndpointDisabled, RecoveryUnderWay
from gateway.webhooks.queries import ENDPOINTS
from shared.db.pool import Record
from shared.operations.schemas import OperationOut
from shared.web.params import Tx, Version
from shared.web.router import Router

_OPERATIONS: Final = PLUMBING.operations.resource
router = Router("webhook-endpoints")


@router.post(
    "/{id}/recover",
    permission="webhook-endpoints:write",
    out=OperationOut,
    returns=_OPERATIONS,
    about=ENDPOINTS,
    status=202,
    problems=[EndpointDisabled, RecoveryUnderWay],
)
async def recover_webhook_endpoint(id: str, body: RecoverIn, tx: Tx, version: Version) -> Record:
    """Send this endpoint again what it was to be told since a moment; the operation ends when all of it is queued.

    Each event keeps its id and has one delivery, so that a receiver knows it again.
    """
    return await sending.begin(
        tx, endpoint_id=id, version=version, since=body.since, only_unreceived=body.only_unreceived
    )
