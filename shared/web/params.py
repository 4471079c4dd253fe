"""What an endpoint can ask for by annotation; `Operation` supplies it, and none of it appears in the specification."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import Depends

from shared.auth.principal import Caller
from shared.db import read as reading
from shared.db.tx import Tx as Transaction
from shared.web.conditional import Condition


@dataclass(slots=True)
class Request:
    """The parts of the HTTP request that an endpoint may need beyond its body.

    One is made for each request, and a frozen one takes three times as long to make. So it is with `Read`.
    """

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    request_id: str
    path_values: dict[str, str]
    body: bytes = b""
    client: str | None = None
    state: dict[str, Any] = field(default_factory=dict)

    @property
    def target(self) -> str:
        """The path with its query, the same however the query was ordered."""
        return f"{self.path}?{urlencode(sorted(self.query.items()))}" if self.query else self.path


def _supplied() -> None:
    """Stand in for FastAPI's dependency resolution; `Operation` passes the value itself."""


Tx = Annotated[Transaction, Depends(_supplied)]
Read = Annotated[reading.Read, Depends(_supplied)]
Principal = Annotated[Caller, Depends(_supplied)]
Now = Annotated[datetime, Depends(_supplied)]
Version = Annotated[int | None, Depends(_supplied)]
Conditions = Annotated[Condition, Depends(_supplied)]
Http = Annotated[Request, Depends(_supplied)]
