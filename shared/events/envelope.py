"""An event and its envelope: valid CloudEvents 1.0 in the JSON format.

Source: https://github.com/cloudevents/spec, version 1.0.2. Our extension attributes are `tenant`, `mode`, `actor`,
`subjectversion`, `audience` and `public`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, TypeVar

from pydantic import BaseModel, ConfigDict


class Event(BaseModel):
    """Base of all events. `type` ends in a version; inside a version fields are only added.

    `public` events reach the tenant's log and webhooks; others only feed the projections of sister services.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", ser_json_timedelta="iso8601", defer_build=True)

    type: ClassVar[str]
    public: ClassVar[bool] = True


E = TypeVar("E", bound=Event)


@dataclass(frozen=True, slots=True)
class Envelope:
    """What is known of an event besides its body."""

    id: str
    type: str
    source: str
    tenant_id: str
    mode: str
    subject: str
    subject_version: int
    time: datetime
    actor_id: str
    request_id: str | None
    audience: tuple[str, ...]
    public: bool
    data: Mapping[str, Any]
    position: str = ""

    def as_json(self) -> dict[str, Any]:
        """Return the CloudEvents JSON object."""
        return {
            "specversion": "1.0",
            "id": self.id,
            "type": self.type,
            "source": f"/prm/{self.source}",
            "subject": self.subject,
            "time": self.time,
            "datacontenttype": "application/json",
            "tenant": self.tenant_id,
            "mode": self.mode,
            "actor": self.actor_id,
            "requestid": self.request_id,
            "subjectversion": self.subject_version,
            "audience": list(self.audience),
            "public": self.public,
            "position": self.position,
            "data": self.data,
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> "Envelope":
        """Read the CloudEvents JSON object; raises KeyError or ValueError when it is not one of ours."""
        return cls(
            id=value["id"],
            type=value["type"],
            source=value["source"].rsplit("/", 1)[-1],
            tenant_id=value["tenant"],
            mode=value["mode"],
            subject=value["subject"],
            subject_version=value["subjectversion"],
            time=datetime.fromisoformat(value["time"]),
            actor_id=value["actor"],
            request_id=value.get("requestid"),
            audience=tuple(value["audience"]),
            public=value["public"],
            data=value["data"],
            position=value.get("position", ""),
        )
