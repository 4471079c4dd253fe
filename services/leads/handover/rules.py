"""Refusals of answers to an offer. Pure."""

from datetime import datetime

from shared.errors import Conflict


class OfferExpired(Conflict):
    """The offer has lapsed."""

    code, title = "offer_expired", "The offer has expired"


class PartnerNotActive(Conflict):
    """The partnership is not active."""

    code, title = "partner_not_active", "The partnership is not active"


def require_standing(*, expires_at: datetime, now: datetime) -> None:
    """Raise OfferExpired from the instant the offer lapses, whether or not its timer has run."""
    if now >= expires_at:
        raise OfferExpired()
