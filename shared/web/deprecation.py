"""Taking an operation out of use: said in the specification and on every answer, long before it happens.

Headers: `Deprecation` (RFC 9745), `Sunset` (RFC 8594), and `Link` to what to use instead.
"""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from email.utils import format_datetime
from typing import Any, Final

SHORTEST_NOTICE: Final = timedelta(days=180)


@dataclass(frozen=True, slots=True)
class Deprecation:
    """An operation that is deprecated since one day and will be gone on another; `see` is a page that says what to do."""

    since: date
    sunset: date
    see: str
    headers: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        if self.sunset - self.since < SHORTEST_NOTICE:
            raise ValueError(f"an operation stays for {SHORTEST_NOTICE.days} days at least after it was deprecated")
        since, sunset = (datetime.combine(day, datetime.min.time(), tzinfo=UTC) for day in (self.since, self.sunset))
        headers = {
            "Deprecation": f"@{int(since.timestamp())}",
            "Sunset": format_datetime(sunset, usegmt=True),
            "Link": f'<{self.see}>; rel="deprecation"; type="text/html"',
        }
        object.__setattr__(self, "headers", headers)

    @property
    def documented(self) -> dict[str, Any]:
        """Return what the specification says of it."""
        return {"deprecated": True, "x-sunset": self.sunset.isoformat(), "x-deprecation-link": self.see}

    def added_to(self, headers: dict[str, str]) -> dict[str, str]:
        """Return an answer's headers with these; a link that is there already is kept beside ours."""
        links = [each for each in (headers.get("Link"), self.headers["Link"]) if each]
        return {**headers, **self.headers, "Link": ", ".join(links)}
