"""What is shown of registration quality."""

from services.deals.quality.rules import Name
from services.deals.registration_policies.rules import OverQuota
from shared.web.models import Out, ResourceOut


class QualityPartOut(Out):
    """A part of the score: so many of so many; `adjusted` is the ratio with the weight of little evidence taken off."""

    name: Name
    count: int
    total: int
    ratio: str | None
    adjusted: str
    weight: int
    points: int


class RegistrationQualityOut(ResourceOut):
    """How well a partner registers, over the days of the window; worked out anew when something happens, and once a day.

    At `open_registrations` = `quota` a further registration needs evidence, and a person decides, or it is refused
    (`over_quota`).
    """

    partner_id: str
    tier: str | None
    score: int
    parts: list[QualityPartOut]
    open_registrations: int
    quota: int
    within_quota: bool
    over_quota: OverQuota
    submitted: int
    won: int
    expired: int
    stale: int
    median_age_days: int | None
    policy_version: int
    cool_off_days: int
    window_days: int
