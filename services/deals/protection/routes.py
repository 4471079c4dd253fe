"""The noun `protection-claims`: made and ended by decisions about deals, so it is only read."""

from services.deals.protection.queries import PROTECTION_CLAIMS
from services.deals.protection.schemas import ProtectionClaimOut
from shared.web.router import Router

router = Router("protection-claims")
router.lists(PROTECTION_CLAIMS, ProtectionClaimOut, summary="Protection claims the caller may see, newest first.")
router.reads(PROTECTION_CLAIMS, ProtectionClaimOut, summary="One protection claim.")
