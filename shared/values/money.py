"""Money as integer minor units of an ISO 4217 currency. Never a float."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation
from fractions import Fraction
from typing import Final

# ISO 4217 (2024 list one): currencies whose minor unit is not a hundredth.
_EXPONENTS: Final[dict[str, int]] = {
    **dict.fromkeys("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF".split(), 0),
    **dict.fromkeys("BHD IQD JOD KWD LYD OMR TND".split(), 3),
    **dict.fromkeys("CLF UYW".split(), 4),
}
_HUNDREDTHS: Final[frozenset[str]] = frozenset(
    "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY COP CRC"
    " CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD"
    " KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO"
    " NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL"
    " THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VED VES WST XCD YER ZAR ZMW ZWG".split()
)
CURRENCIES: Final[frozenset[str]] = _HUNDREDTHS | frozenset(_EXPONENTS)
LARGEST: Final[int] = 2**63 - 1


@dataclass(frozen=True, slots=True, order=False)
class Money:
    """An amount in minor units (cents, yen, fils) and its ISO 4217 code."""

    amount: int
    currency: str

    def __post_init__(self) -> None:
        if self.currency not in CURRENCIES:
            raise ValueError("unknown ISO 4217 currency")
        if not -LARGEST <= self.amount <= LARGEST:
            raise ValueError("amount exceeds 64 bits")

    def __add__(self, other: "Money") -> "Money":
        self._same(other)
        return Money(self.amount + other.amount, self.currency)

    def __sub__(self, other: "Money") -> "Money":
        self._same(other)
        return Money(self.amount - other.amount, self.currency)

    def __neg__(self) -> "Money":
        return Money(-self.amount, self.currency)

    def _same(self, other: "Money") -> None:
        if self.currency != other.currency:
            raise ValueError(f"cannot combine {self.currency} with {other.currency}")


def exponent(currency: str) -> int:
    """Return how many decimals the currency has: 2 for EUR, 0 for JPY, 3 for KWD."""
    return _EXPONENTS.get(currency, 2)


def rounded(value: Decimal) -> int:
    """Round an exact number of minor units half to even, once, at the end of a calculation."""
    return int(value.to_integral_value(rounding=ROUND_HALF_EVEN))


def from_major(text: str | Decimal, currency: str) -> Money:
    """Read an amount written in major units, such as "1250.50" EUR.

    Raises ValueError for what is no decimal number, has more decimals than the currency, or exceeds 64 bits.
    """
    try:
        value = Decimal(text)
    except InvalidOperation as error:
        raise ValueError("not a decimal number") from error
    # Bounds first: an exact number of a million digits would be computed before it is refused.
    if not value.is_finite() or abs(value.as_tuple().exponent) > 40 or value.adjusted() > 20:  # type: ignore[arg-type]
        raise ValueError("not an amount of money")
    minor = Fraction(value) * 10 ** exponent(currency)
    if minor.denominator != 1:
        raise ValueError(f"{currency} has {exponent(currency)} decimals")
    return Money(int(minor), currency)


def to_major(money: Money) -> str:
    """Write an amount in major units with the decimals of its currency: 125000 EUR is "1250.00"."""
    digits = exponent(money.currency)
    return f"{Decimal(money.amount).scaleb(-digits):.{digits}f}"


def allocate(total: int, weights: Sequence[int | Decimal]) -> list[int]:
    """Split a total by weights so that the parts sum to it exactly (largest remainder, ties to the earlier part).

    Weights are not negative and not all zero. A negative total gives the mirror image of the positive one.
    """
    if not weights or any(weight < 0 for weight in weights) or not any(weights):
        raise ValueError("weights must be non-negative and not all zero")
    sign, size = (-1, -total) if total < 0 else (1, total)
    # Fractions, since a product of two 19-digit numbers no longer fits the precision of Decimal.
    whole = sum(Fraction(weight) for weight in weights)
    exact = [size * Fraction(weight) / whole for weight in weights]
    parts = [int(share) for share in exact]
    by_remainder = sorted(range(len(parts)), key=lambda index: (parts[index] - exact[index], index))
    for index in by_remainder[: size - sum(parts)]:
        parts[index] += 1
    return [sign * part for part in parts]
