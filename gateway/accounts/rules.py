"""For whom an account acts."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Standing:
    """How a partner stands, and the version of that; none where nothing has been heard of it."""

    status: str
    version: int | None = None


@dataclass(frozen=True, slots=True)
class Membership:
    """An account's place in a partner."""

    partner_id: str
    person_id: str
    roles: tuple[str, ...]
    status: str
    standing: str

    @property
    def may_sign_in(self) -> bool:
        """Whether the person acts for the partner, and the partnership has not ended."""
        return self.status == "active" and self.standing != "terminated"
