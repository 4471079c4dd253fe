"""The nouns `deal-transfers` and `transfer-consents`, and the action of `deals` that opens a transfer."""

from services.deals.directory.rules import PartnerNotActive
from services.deals.handovers.rules import TransferOpen
from services.deals.protection.rules import ProtectionEnded
from services.deals.registrations.admission import DuplicateRegistration
from services.deals.registrations.queries import DEALS
from services.deals.registrations.schemas import DealOut
from services.deals.transfers import commands
from services.deals.transfers.queries import DEAL_TRANSFERS, TRANSFER_CONSENTS
from services.deals.transfers.schemas import DealTransferOut, TransferConsentOut, TransferIn
from shared.db.resource import Row
from shared.web.models import ReasonIn, RequiredReasonIn
from shared.web.params import Principal, Tx, Version
from shared.web.router import Router

of_deals = Router("deals")
transfers = Router("deal-transfers")
transfers.lists(DEAL_TRANSFERS, DealTransferOut, summary="Transfers of registrations, newest first.")
transfers.reads(DEAL_TRANSFERS, DealTransferOut, summary="One transfer.")
consents = Router("transfer-consents")
consents.lists(TRANSFER_CONSENTS, TransferConsentOut, summary="Consents to transfers that are asked for, newest first.")
consents.reads(TRANSFER_CONSENTS, TransferConsentOut, summary="One consent.")
_REFUSALS = [ProtectionEnded, PartnerNotActive, DuplicateRegistration]


@of_deals.post(
    "/{id}/transfer",
    permission="deals:approve",
    returns=DEALS,
    out=DealOut,
    problems=[TransferOpen, *_REFUSALS],
)
async def transfer_deal(id: str, body: TransferIn, tx: Tx, caller: Principal, version: Version) -> Row:
    """Ask both partners to let a registration move, or move it at once by the vendor's own decision."""
    return await commands.ask(tx, body, deal_id=id, version=version, caller=caller)


@transfers.post(
    "/{id}/override",
    permission="deal-transfers:approve",
    returns=DEAL_TRANSFERS,
    out=DealTransferOut,
    problems=_REFUSALS,
)
async def override_deal_transfer(id: str, body: RequiredReasonIn, tx: Tx, caller: Principal, version: Version) -> Row:
    """Move a registration without the consents that are missing."""
    return await commands.override(tx, transfer_id=id, reason=body.reason, version=version, caller=caller)


@transfers.post("/{id}/cancel", permission="deal-transfers:approve", returns=DEAL_TRANSFERS, out=DealTransferOut)
async def cancel_deal_transfer(id: str, body: RequiredReasonIn, tx: Tx, caller: Principal, version: Version) -> Row:
    """Leave a registration where it is."""
    return await commands.cancel(tx, transfer_id=id, version=version, caller=caller)


@consents.post(
    "/{id}/give", permission="deals:write", returns=TRANSFER_CONSENTS, out=TransferConsentOut, problems=_REFUSALS
)
async def give_transfer_consent(
    id: str, tx: Tx, caller: Principal, version: Version, body: ReasonIn = ReasonIn()
) -> Row:
    """Consent to a transfer; the second consent moves the registration."""
    return await commands.answer(tx, consent_id=id, gives=True, reason=body.reason, version=version, caller=caller)


@consents.post("/{id}/refuse", permission="deals:write", returns=TRANSFER_CONSENTS, out=TransferConsentOut)
async def refuse_transfer_consent(
    id: str, tx: Tx, caller: Principal, version: Version, body: ReasonIn = ReasonIn()
) -> Row:
    """Refuse a transfer, which ends it."""
    return await commands.answer(tx, consent_id=id, gives=False, reason=body.reason, version=version, caller=caller)
