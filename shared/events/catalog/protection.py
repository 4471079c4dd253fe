"""Events about the protections of deals."""

from datetime import datetime
from typing import Literal

from shared.events.envelope import Event


class DealActivityLogged(Event):
    """Something done for a deal was logged; subject: the activity. Only of shared ones do partners hear."""

    type = "deal.activity.logged.v1"
    deal_id: str
    partner_id: str
    kind: str
    visibility: str


class ProtectionOffered(Event):
    """The partner of a protected deal is terminated, and the deal waits for another one until its protection ends."""

    type = "deal.protection.offered.v1"
    deal_id: str
    partner_id: str
    protected_until: datetime | None


class ProtectionExpired(Event):
    """A protection ended without a decision about the deal: its time was used up, or nothing was done for the deal."""

    type = "deal.protection.expired.v1"
    deal_id: str
    partner_id: str
    protected_until: datetime | None = None
    reason: Literal["time", "inactive", "terminated"] = "time"


class ProtectionExclusive(Event):
    """What was protected beside another is protected alone again; subject: the claim."""

    type = "deal.protection.exclusive.v1"
    deal_id: str
    partner_id: str


class ProtectionExpiring(Event):
    """A protection ends in `days_left` days or less: told 30, 14, 7 and 1 days before, once each."""

    type = "deal.protection.expiring.v1"
    deal_id: str
    partner_id: str
    days_left: int
    protected_until: datetime


class ProtectionStale(Event):
    """Nothing has been done for a protected deal for long; at `lapses_at` its customer is released."""

    type = "deal.protection.stale.v1"
    deal_id: str
    partner_id: str
    active_at: datetime
    lapses_at: datetime | None


class ProtectionPaused(Event):
    """The clock of a protection stands still, since the vendor owes something."""

    type = "deal.protection.paused.v1"
    deal_id: str
    partner_id: str
    cause: str


class ProtectionResumed(Event):
    """The clock of a protection runs again; the time of the pause is given back."""

    type = "deal.protection.resumed.v1"
    deal_id: str
    partner_id: str
    cause: str
    protected_until: datetime | None


class ExtensionRequested(Event):
    """A partner asked for more time, and a person decides."""

    type = "deal.protection.extension_requested.v1"
    deal_id: str
    partner_id: str
    extension_id: str
    days: int


class ExtensionRefused(Event):
    """More time was refused; the protection ends when it would have."""

    type = "deal.protection.extension_refused.v1"
    deal_id: str
    partner_id: str
    extension_id: str
    reason: str


class ProtectionExtended(Event):
    """A protection lasts longer."""

    type = "deal.protection.extended.v1"
    deal_id: str
    partner_id: str
    extension_id: str
    days: int
    protected_until: datetime | None


class RegistrationReinstated(Event):
    """An expired registration is approved and protected again."""

    type = "deal.registration.reinstated.v1"
    deal_id: str
    partner_id: str
    protected_until: datetime
