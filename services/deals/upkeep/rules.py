"""When more time is given, and until when an expired deal comes back. Pure."""

from datetime import date, datetime
from typing import Final

from services.deals.registrations.rules import REINSTATEMENT_WINDOW
from shared.errors import Conflict, Fault

LEAST_EXTENSION: Final = 30


class ExtensionsUsedUp(Conflict):
    """The deal's protection has been extended as often as its policy lets it."""

    code, title = "extensions_used_up", "No extension is left"


class ExtensionPending(Conflict):
    """More time has been asked for already, and is not decided."""

    code, title = "extension_pending", "An extension is being decided"


class StageTooEarly(Conflict):
    """More time is given from the stage qualified on."""

    code, title = "stage_too_early", "The stage is too early"


class ReinstatementWindowClosed(Conflict):
    """An expired deal can be reinstated for 14 days."""

    code, title = "reinstatement_window_closed", "Too late to reinstate"


def require_extendable(*, used: int, most: int, is_first_stage: bool) -> None:
    """Raise ExtensionsUsedUp or StageTooEarly where a protection is not extended."""
    if used >= most:
        raise ExtensionsUsedUp()
    if is_first_stage:
        raise StageTooEarly()


def faults_of_extension(*, days: int, longest: int, close_on: date, planned: date | None, today: date) -> list[Fault]:
    """Return what is wrong with a request for more time: it brings a new day of closing, and is neither short nor long."""
    faults: list[Fault] = []
    if not LEAST_EXTENSION <= days <= longest:
        faults.append(Fault("/days", "out_of_range", f"An extension lasts from 30 to {longest} days."))
    if close_on <= (today if planned is None else max(planned, today)):
        faults.append(
            Fault(
                "/expected_close_on", "not_later", "The new day of closing is later than today and than the one before."
            )
        )
    return faults


def require_reinstatable(*, ended_at: datetime, at: datetime) -> None:
    """Raise ReinstatementWindowClosed more than 14 days after a protection's end."""
    if at - ended_at > REINSTATEMENT_WINDOW:
        raise ReinstatementWindowClosed()
