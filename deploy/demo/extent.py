"""How large the story is."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Extent:
    """How many deals and leads the story tells of; about every ninth lead becomes one of the deals."""

    deals: int = 400
    leads: int = 600

    @property
    def conversions(self) -> int:
        """How many leads become deals."""
        return self.leads * 96 // 900

    @property
    def rivals(self) -> int:
        """How many deals are of customers whom another partner has registered before."""
        return max(2, self.deals * 3 // 100)

    @property
    def drafts(self) -> int:
        """How many deals of the last days are not submitted yet."""
        return max(1, self.deals // 50)


FULL: Final = Extent()
