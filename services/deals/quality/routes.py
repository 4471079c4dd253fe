"""The noun `registration-quality`: worked out from what partners do, so it is only read."""

from services.deals.quality.queries import REGISTRATION_QUALITY
from services.deals.quality.schemas import RegistrationQualityOut
from shared.web.router import Router

router = Router("registration-quality")
router.lists(
    REGISTRATION_QUALITY, RegistrationQualityOut, summary="How well partners register, the highest score first."
)
router.reads(REGISTRATION_QUALITY, RegistrationQualityOut, summary="How well one partner registers.")
