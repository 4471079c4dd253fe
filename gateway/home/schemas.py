"""How the landing view looks."""

from datetime import datetime
from typing import Literal

from shared.web.models import Out


class HomeItemOut(Out):
    """Something that awaits the caller: how many, and where they are listed; `capped` when there are more than counted."""

    code: str
    label: str
    count: int
    capped: bool
    href: str


class HomeGapOut(Out):
    """Something that could not be counted, because the service that knows gave no answer in time."""

    code: str
    label: str


class HomeOut(Out):
    """What awaits the caller, as its permissions have it."""

    object: Literal["home"]
    side: Literal["vendor", "partner"]
    locale: str
    as_of: datetime
    items: list[HomeItemOut]
    unavailable: list[HomeGapOut]
