"""An answer, before it is sent."""

from dataclasses import dataclass, field
from typing import Any, Final

from shared.web.json import dumps

JSON = "application/json"
PROBLEM = "application/problem+json"
# An answer is its caller's own; it may be kept if it is asked for again each time. Copied, never changed.
PRIVATE: Final = {"Cache-Control": "private, no-cache", "Vary": "Authorization"}


@dataclass(slots=True)
class Reply:
    """Status, headers and bytes."""

    status: int
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    content_type: str = JSON

    @classmethod
    def json(cls, value: Any, *, status: int = 200, headers: dict[str, str] | None = None) -> "Reply":
        """Answer with a JSON document."""
        return cls(status, dumps(value), headers or {})
