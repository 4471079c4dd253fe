"""What all stories share: who takes part, what is sold, and how much it costs where."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any, Final

from deploy.demo.names import Naming, PartnerProfile
from deploy.demo.stage import Actor, Stage
from shared.values.money import exponent

MONTHS: Final = 18
SPAN: Final = timedelta(days=548)


@dataclass
class Partnership:
    """A partner as the story knows it, once it has joined."""

    profile: PartnerProfile
    joins: datetime
    ends: datetime | None = None
    id: str = ""
    admin: Actor | None = None
    sellers: list[Actor] = field(default_factory=list)
    colleagues: list[Actor] = field(default_factory=list)

    def works_at(self, instant: datetime) -> bool:
        """Tell whether it has joined some weeks before and is not about to leave."""
        settled = instant >= self.joins + timedelta(days=25)
        return settled and (self.ends is None or instant < self.ends - timedelta(days=10))

    def seller(self, dice: Random) -> Actor:
        """Return one of the people who register deals."""
        return dice.choice(self.sellers)


@dataclass
class World:
    """The vendor, its staff by role and its partners."""

    stage: Stage
    naming: Naming
    catalogue: Mapping[str, Any]
    begins: datetime
    until: datetime
    mail_url: str
    tenant_id: str = ""
    staff: dict[str, Actor] = field(default_factory=dict)
    partnerships: list[Partnership] = field(default_factory=list)
    plan_id: str = ""

    @property
    def families(self) -> list[str]:
        """The codes of the product families."""
        return [family["code"] for family in self.catalogue["families"]]

    def partner(self, partner_id: str) -> Partnership:
        """Return the partnership with this id; raises StopIteration for another."""
        return next(each for each in self.partnerships if each.id == partner_id)

    def currency_of(self, country: str) -> str:
        """Return what is paid with in a country."""
        return next(str(code) for code, each in self.catalogue["currencies"].items() if country in each["countries"])

    def price(self, euro: int, country: str) -> dict[str, Any]:
        """Return a price of about so many euros in a country's currency, rounded as people quote."""
        code = self.currency_of(country)
        return {"amount": minor_units(euro, code, self.catalogue["currencies"][code]["euro"]), "currency": code}


def minor_units(euro: int, currency: str, rate: str) -> int:
    """Return about so many euros in minor units of a currency worth `rate` euros, to three significant digits."""
    major = Decimal(euro) / Decimal(rate)
    step = Decimal(10) ** max(major.adjusted() - 2, 0)
    return int((major / step).quantize(Decimal(1)) * step * 10 ** exponent(currency))


def contract_value(dice: Random) -> int:
    """Return how many euros a project is worth: most are some ten thousand, few are very large."""
    return int(min(900_000, max(4_000, dice.lognormvariate(10.5, 0.9))))
