"""When to stop asking a service that does not answer: a pure state machine on a clock that never goes back."""

import math
from typing import Final, Literal

FAILURES: Final = 5
PAUSE_SECONDS: Final = 1.0


class Breaker:
    """Opens after so many failures in a row, and lets one request through each pause until one is answered.

    Failures are connections that fail and answers that do not come; a 5xx is an answer. `now` is in seconds.
    """

    def __init__(self, *, failures: int = FAILURES, pause: float = PAUSE_SECONDS) -> None:
        self._most, self._pause = failures, pause
        self._failed = 0
        self._until: float | None = None

    def state(self, now: float) -> Literal["closed", "open", "half_open"]:
        """Return whether requests pass, are refused, or whether the next one is the probe."""
        if self._until is None:
            return "closed"
        return "open" if now < self._until else "half_open"

    def refusal(self, now: float) -> int | None:
        """Return after how many whole seconds to come again, or None when this request may pass."""
        if self._until is None:
            return None
        if now < self._until:
            return math.ceil(self._until - now)
        # This one is the probe. Should nothing be heard of it, as of a long poll, the next pause brings another.
        self._until = now + self._pause
        return None

    def succeeded(self) -> bool:
        """Note an answer; returns whether that closed the breaker."""
        was_open, self._until = self._until is not None, None
        self._failed = 0
        return was_open

    def failed(self, now: float) -> bool:
        """Note a failure; returns whether that opened the breaker."""
        self._failed += 1
        if self._failed < self._most and self._until is None:
            return False
        was_open, self._until = self._until is not None, now + self._pause
        return not was_open
