"""What keeps a deal protected: actions of `deals`, `protection-claims` and `protection-extensions`."""

from services.deals.directory.rules import PartnerNotActive
from services.deals.protection.queries import PROTECTION_CLAIMS, PROTECTION_EXTENSIONS
from services.deals.protection.rules import (
    CustomerAlreadyProtected,
    NotProtecting,
    ProtectionEnded,
    ProtectionNotPaused,
    ProtectionPaused,
)
from services.deals.protection.schemas import ProtectionClaimOut, ProtectionExtensionOut
from services.deals.registrations.admission import DuplicateRegistration
from services.deals.registrations.queries import DEALS
from services.deals.registrations.schemas import DealOut
from services.deals.tenders.rules import DecidedByTender
from services.deals.upkeep import extending, pausing, reinstating
from services.deals.upkeep.rules import ExtensionPending, ExtensionsUsedUp, ReinstatementWindowClosed, StageTooEarly
from services.deals.upkeep.schemas import ExtensionIn, ReinstatementIn
from shared.db.resource import Row
from shared.errors import FourEyes
from shared.web.models import ReasonIn, RequiredReasonIn
from shared.web.params import Principal, Tx, Version
from shared.web.router import Router

deals = Router("deals")
claims = Router("protection-claims")
extensions = Router("protection-extensions")


@deals.post(
    "/{id}/extend",
    permission="deals:write",
    returns=DEALS,
    out=DealOut,
    problems=[
        *(ProtectionEnded, ExtensionsUsedUp, ExtensionPending, StageTooEarly),
        *(PartnerNotActive, CustomerAlreadyProtected),
    ],
)
async def extend_deal(id: str, body: ExtensionIn, tx: Tx, caller: Principal, version: Version) -> Row:
    """Ask for more time before the protection ends; the policy gives it at once, or a person decides and the clock waits."""
    return await extending.ask(tx, body, deal_id=id, version=version, caller=caller)


@deals.post(
    "/{id}/reinstate",
    permission="deals:approve",
    returns=DEALS,
    out=DealOut,
    problems=[
        *(ReinstatementWindowClosed, FourEyes, CustomerAlreadyProtected),
        *(DecidedByTender, DuplicateRegistration, PartnerNotActive),
    ],
)
async def reinstate_deal(id: str, body: ReinstatementIn, tx: Tx, caller: Principal, version: Version) -> Row:
    """Approve and protect an expired deal again within 14 days, unless a rival has its customer now."""
    return await reinstating.reinstate(tx, body, deal_id=id, version=version, caller=caller)


@extensions.post(
    "/{id}/approve",
    permission="protection-extensions:approve",
    returns=PROTECTION_EXTENSIONS,
    out=ProtectionExtensionOut,
    problems=[FourEyes, ProtectionEnded, CustomerAlreadyProtected],
)
async def approve_protection_extension(
    id: str, tx: Tx, caller: Principal, version: Version, body: ReasonIn = ReasonIn()
) -> Row:
    """Give a deal the time that was asked for."""
    return await extending.approve(tx, extension_id=id, reason=body.reason, version=version, caller=caller)


@extensions.post(
    "/{id}/refuse",
    permission="protection-extensions:approve",
    returns=PROTECTION_EXTENSIONS,
    out=ProtectionExtensionOut,
)
async def refuse_protection_extension(
    id: str, body: RequiredReasonIn, tx: Tx, caller: Principal, version: Version
) -> Row:
    """Refuse more time; the days that the decision took are given back."""
    return await extending.refuse(tx, extension_id=id, reason=body.reason, version=version, caller=caller)


@claims.post(
    "/{id}/pause",
    permission="protection-claims:approve",
    returns=PROTECTION_CLAIMS,
    out=ProtectionClaimOut,
    problems=[NotProtecting, ProtectionPaused],
)
async def pause_protection_claim(id: str, body: RequiredReasonIn, tx: Tx, caller: Principal, version: Version) -> Row:
    """Stop the clock of a protection while the vendor owes something."""
    return await pausing.pause(tx, claim_id=id, version=version, caller=caller)


@claims.post(
    "/{id}/resume",
    permission="protection-claims:approve",
    returns=PROTECTION_CLAIMS,
    out=ProtectionClaimOut,
    problems=[NotProtecting, ProtectionNotPaused],
)
async def resume_protection_claim(id: str, tx: Tx, caller: Principal, version: Version) -> Row:
    """Let the clock run again; the time of the pause is given back."""
    return await pausing.resume(tx, claim_id=id, version=version, caller=caller)
