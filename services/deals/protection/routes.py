"""The nouns `protection-claims` and `protection-extensions`, as they are read."""

from services.deals.protection.queries import PROTECTION_CLAIMS, PROTECTION_EXTENSIONS
from services.deals.protection.schemas import ProtectionClaimOut, ProtectionExtensionOut
from shared.web.router import Router

router = Router("protection-claims")
router.lists(PROTECTION_CLAIMS, ProtectionClaimOut, summary="Protection claims the caller may see, newest first.")
router.reads(PROTECTION_CLAIMS, ProtectionClaimOut, summary="One protection claim.")

extensions = Router("protection-extensions")
extensions.lists(
    PROTECTION_EXTENSIONS,
    ProtectionExtensionOut,
    summary="Requests for more time that the caller may see, newest first.",
)
extensions.reads(PROTECTION_EXTENSIONS, ProtectionExtensionOut, summary="One request for more time.")
