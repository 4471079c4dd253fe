"""The nouns `licences` and `licence-allowances`."""

from services.deals.directory.rules import PartnerNotActive
from services.deals.licences import allowances, cancelling, commands, invoicing, succession
from services.deals.licences.queries import LICENCE_ALLOWANCES, LICENCE_INVOICES, LICENCES
from services.deals.licences.rules import AllowanceExceeded, DaysInvoiced, LicenceEnded
from services.deals.licences.schemas import (
    ActivationIn,
    CancellationIn,
    LicenceAllowanceIn,
    LicenceAllowanceOut,
    LicenceAllowancePatch,
    LicenceIn,
    LicenceInvoiceIn,
    LicenceInvoiceOut,
    LicenceOut,
    LicenceTransferIn,
    RenewalIn,
)
from shared.db.read import Page
from shared.db.resource import Row
from shared.errors import AlreadyExists
from shared.web.models import list_of
from shared.web.params import Http, Principal, Read, Tx, Version
from shared.web.router import Router

router = Router("licences")
router.lists(LICENCES, LicenceOut, summary="Licences the caller may see, newest first.")
router.reads(LICENCES, LicenceOut, summary="One licence.")

allowed = Router("licence-allowances")
allowed.lists(LICENCE_ALLOWANCES, LicenceAllowanceOut, summary="How many free licences each tier has, newest first.")
allowed.reads(LICENCE_ALLOWANCES, LicenceAllowanceOut, summary="One allowance.")

_WRITE, _APPROVE = "licences:write", "licences:approve"


@router.post(
    permission=_WRITE,
    returns=LICENCES,
    out=LicenceOut,
    status=201,
    problems=[AlreadyExists, AllowanceExceeded, PartnerNotActive],
)
async def create_licence(body: LicenceIn, tx: Tx, caller: Principal) -> Row:
    """Record a licence, for its first term; a partner takes one of those that its tier has free."""
    return await commands.start(tx, body, caller=caller)


@router.post("/{id}/activate", permission=_APPROVE, returns=LICENCES, out=LicenceOut, problems=[LicenceEnded])
async def activate_licence(id: str, body: ActivationIn, tx: Tx, caller: Principal, version: Version) -> Row:
    """Turn a trial into a licence that is paid for."""
    return await commands.activate(tx, body, licence_id=id, version=version, caller=caller)


@router.post(
    "/{id}/renew",
    permission=_APPROVE,
    returns=LICENCES,
    out=LicenceOut,
    problems=[LicenceEnded, AllowanceExceeded, PartnerNotActive],
)
async def renew_licence(id: str, tx: Tx, caller: Principal, version: Version, body: RenewalIn = RenewalIn()) -> Row:
    """Let the next term follow, as a licence of its own that `renewed_by` names."""
    return await commands.renew(tx, body, licence_id=id, version=version, caller=caller)


@router.post("/{id}/cancel", permission=_APPROVE, returns=LICENCES, out=LicenceOut, problems=[LicenceEnded])
async def cancel_licence(id: str, body: CancellationIn, tx: Tx, caller: Principal, version: Version) -> Row:
    """End a licence early; what was invoiced for days that are not served is taken back."""
    return await cancelling.cancel(tx, body, licence_id=id, version=version, caller=caller)


@router.post(
    "/{id}/transfer", permission=_APPROVE, returns=LICENCES, out=LicenceOut, problems=[LicenceEnded, PartnerNotActive]
)
async def transfer_licence(id: str, body: LicenceTransferIn, tx: Tx, caller: Principal, version: Version) -> Row:
    """Give a licence to another partner of record, as when the one it has is no partner any more."""
    return await succession.transfer(tx, body, licence_id=id, version=version, caller=caller)


@router.post(
    "/{id}/invoice", permission=_WRITE, returns=LICENCES, out=LicenceOut, problems=[AlreadyExists, DaysInvoiced]
)
async def invoice_licence(id: str, body: LicenceInvoiceIn, tx: Tx, caller: Principal, version: Version) -> Row:
    """Record a recurring invoice by its number, once, for days that no other is for."""
    return await invoicing.record(tx, body, licence_id=id, version=version, caller=caller)


@router.get("/{id}/invoices", permission="licences:read", out=list_of(LicenceInvoiceOut), listing=LICENCE_INVOICES)
async def list_licence_invoices(id: str, read: Read, request: Http) -> Page:
    """The recurring invoices of a licence, newest first."""
    await read.get(LICENCES, id)
    return await read.page(LICENCE_INVOICES, request.query, licence_id=id)


@allowed.post(
    permission="licence-allowances:write",
    returns=LICENCE_ALLOWANCES,
    out=LicenceAllowanceOut,
    status=201,
    problems=[AlreadyExists],
)
async def create_licence_allowance(body: LicenceAllowanceIn, tx: Tx, caller: Principal) -> Row:
    """Say how many free licences a tier has."""
    return await allowances.allow(tx, body, caller=caller)


@allowed.patch(permission="licence-allowances:write", returns=LICENCE_ALLOWANCES, out=LicenceAllowanceOut)
async def change_licence_allowance(
    id: str, body: LicenceAllowancePatch, tx: Tx, caller: Principal, version: Version
) -> Row:
    """Change how many free licences a tier has."""
    return await allowances.change(tx, body, allowance_id=id, version=version, caller=caller)
