"""Who started an operation, kept with it: its steps run with these rights and no others."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from shared.auth.principal import Caller


@dataclass(frozen=True, slots=True)
class Starter:
    """A caller with its view, as it was when the operation began."""

    caller: Caller
    viewer: str
    own: str | None

    def document(self) -> dict[str, Any]:
        """Return what is stored."""
        return {"caller": asdict(self.caller), "viewer": self.viewer, "own": self.own}

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> "Starter":
        """Read what was stored."""
        return cls(Caller(**document["caller"]), document["viewer"], document["own"])

    @property
    def is_machinery(self) -> bool:
        """Whether a timer or a handler started it, which sees its whole tenant."""
        return self.caller.kind == "internal"
