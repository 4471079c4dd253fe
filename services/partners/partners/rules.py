"""Decisions about partners."""

from collections.abc import Collection
from datetime import date

from shared.errors import Conflict, Fault, Forbidden, Invalid

WORKING = ("onboarding", "active", "probation")


class PartnerReadOnly(Conflict):
    """A suspended or terminated partner can read, and change nothing."""

    code, title = "partner_read_only", "The partner is read-only"


def require_own_fields(changed: Collection[str], *, allowed: Collection[str]) -> None:
    """Raise Forbidden, naming the fields, when a partner would change what only the vendor may."""
    beyond = sorted(set(changed) - set(allowed))
    if beyond:
        faults = [Fault(f"/{name}", "vendor_only", "Only the vendor changes this.") for name in beyond]
        raise Forbidden("Only the vendor changes some of these fields.", errors=faults)


def require_working(status: str) -> None:
    """Raise PartnerReadOnly when the partner is suspended or terminated."""
    if status not in WORKING:
        raise PartnerReadOnly(status_now=status)


def termination_day(wanted: date | None, *, today: date) -> date:
    """Return the day a partnership ends, today where none is named; raises Invalid for a day that has passed."""
    if wanted is not None and wanted < today:
        raise Invalid(errors=[Fault("/effective_on", "in_the_past", "Today or a later day.")])
    return wanted or today
