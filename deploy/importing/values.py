"""What people type into cells, read as values: numbers, money, dates, countries, codes.

Every function raises ValueError with a clause that can follow the name of the column: "is not a date".
"""

import json
import re
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Final

from shared.values.money import CURRENCIES, Money, exponent

_SYMBOLS: Final[Mapping[str, str]] = {
    "€": "EUR", "$": "USD", "US$": "USD", "£": "GBP", "¥": "JPY", "Ft": "HUF", "zł": "PLN", "Kč": "CZK", "₴": "UAH", "元": "CNY",
}  # fmt: skip
_SPACES: Final = re.compile(r"[\s\u00a0\u202f'’]+")
_NUMBER: Final = re.compile(r"[+-]?\d[\d.,]*(?:[.,][-–—])?")
# Digits, or groups by one mark; India groups by two before the last three.
_WHOLE: Final = re.compile(r"[+-]?(?:\d+|\d{1,3}(?:\.\d{3})+|\d{1,3}(?:,\d{2,3})*,\d{3})")
_DATE_WORDS: Final = {"YYYY": r"(?P<y>\d{4})", "YY": r"(?P<yy>\d{2})", "MM": r"(?P<m>\d{1,2})", "DD": r"(?P<d>\d{1,2})"}
_ISO: Final = re.compile(r"(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})(?:[T ]\d{2}:\d{2}.*)?")
_DOTTED: Final = re.compile(r"(?P<d>\d{1,2})\.\s?(?P<m>\d{1,2})\.\s?(?P<y>\d{4})")
_HUNGARIAN: Final = re.compile(r"(?P<y>\d{4})\.\s?(?P<m>\d{1,2})\.\s?(?P<d>\d{1,2})\.?")
_YES: Final = frozenset("true yes y 1 x ja j igen i wahr igaz".split())
_NO: Final = frozenset("false no n 0 nein nem falsch hamis".split())


def decimal_mark(cells: Iterable[str]) -> str | None:
    """Return the decimal mark that a column of numbers uses, or None where no cell tells or two contradict."""
    found = {mark for cell in cells if (mark := _telling_mark(_number_in(cell)))}
    return found.pop() if len(found) == 1 else None


def number(cell: str, *, mark: str | None = None) -> Decimal:
    """Return a number written with either decimal mark; `mark` decides where a cell alone could mean two numbers.

    One mark with three digits behind it and nothing else groups thousands, unless `mark` says otherwise.
    """
    digits = _number_in(cell)
    if digits is None:
        raise ValueError("is not a number")
    decimal = _telling_mark(digits) or mark
    whole, _, fraction = digits.rpartition(decimal) if decimal and decimal in digits else (digits, "", "")
    if not _WHOLE.fullmatch(whole):
        raise ValueError("is not a number")
    return Decimal(f"{re.sub('[.,]', '', whole)}.{fraction or 0}")


def money(cell: str, *, currency: str | None, mark: str | None = None) -> Money:
    """Return an amount in minor units; a code or symbol beside the number wins over `currency`, which must not contradict."""
    rest = _NUMBER.sub("", _SPACES.sub("", cell), count=1)
    named = currency_code(rest) if rest else None
    if named and currency and named != currency:
        raise ValueError(f"is in {named}, but the row's currency is {currency}")
    code = named or currency
    if code is None:
        raise ValueError("has no currency: give a currency column or --currency")
    value = number(_NUMBER.search(_SPACES.sub("", cell))[0] if rest else cell, mark=mark)  # type: ignore[index]
    if exponent(code) == 3 and mark is None and _could_group(cell):
        raise ValueError("could mean two amounts: say which with --decimal")
    scaled = value.scaleb(exponent(code))
    if scaled != scaled.to_integral_value():
        raise ValueError(f"has more decimals than {code}, which has {exponent(code)}")
    if abs(scaled) > 2**53 - 1:
        raise ValueError("is too large")
    return Money(int(scaled), code)


def currency_code(cell: str) -> str:
    """Return the ISO 4217 code of a code or a usual symbol."""
    code = _SYMBOLS.get(cell.strip(), cell.strip().upper())
    if code not in CURRENCIES:
        raise ValueError("is not an ISO 4217 currency")
    return code


def day(cell: str, *, form: str | None = None) -> date:
    """Return a date written as 2026-12-31, 31.12.2026 or 2026.12.31., or in the form given, such as MM/DD/YYYY."""
    patterns = [_pattern_of(form)] if form else [_ISO, _DOTTED, _HUNGARIAN]
    for pattern in patterns:
        found = pattern.fullmatch(cell.strip())
        if found:
            parts = found.groupdict()
            year = int(parts["y"]) if parts.get("y") else 2000 + int(parts["yy"])
            try:
                return date(year, int(parts["m"]), int(parts["d"]))
            except ValueError:
                raise ValueError("is a day that does not exist") from None
    if not form and re.fullmatch(r"\d{1,4}/\d{1,2}/\d{1,4}", cell.strip()):
        raise ValueError("could mean two days: say which with --date-format, such as MM/DD/YYYY")
    raise ValueError(f"is not a date of the form {form}" if form else "is not a date")


def is_date_form(form: str) -> bool:
    """Tell whether the text describes a date: each of year, month and day once."""
    words = re.findall(r"YYYY|YY|MM|DD", form)
    return sorted(word[0] for word in words) == ["D", "M", "Y"] and not re.search(r"[A-Za-z0-9]", _strip_words(form))


def country(cell: str) -> str:
    """Return the ISO 3166-1 code of a country, given as such or by its English, German, Hungarian or own name."""
    text = cell.strip()
    if re.fullmatch(r"[A-Z]{2}", text):
        return "GB" if text == "UK" else text
    code = _countries().get(plain(text))
    if code is None:
        raise ValueError("is not a country we know; write its two-letter ISO code")
    return code


def code(cell: str) -> str:
    """Return a code as the API writes them: Fleet Cloud is fleet-cloud."""
    text = cell.strip().lower()
    if not re.fullmatch(r"[a-z0-9][a-z0-9_-]*", text):
        text = "-".join(plain(cell).split())
    if not re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,62}", text):
        raise ValueError("is not a code: use letters a to z, digits and -")
    return text


def mail_address(cell: str) -> str:
    """Return a mail address, without the `mailto:` and the angle brackets that address books put around it."""
    text = re.sub(r"^.*<(.+)>$", r"\1", cell.strip()).removeprefix("mailto:")
    if not re.fullmatch(r"[^@\s]{1,64}@[^@\s.]+(\.[^@\s.]+)+", text):
        raise ValueError("is not a mail address")
    return text


def yes_or_no(cell: str) -> bool:
    """Return the truth of yes, no and their like."""
    text = cell.strip().casefold()
    if text not in _YES | _NO:
        raise ValueError("is neither yes nor no")
    return text in _YES


def plain(text: str) -> str:
    """Return a name in the form names are compared in: lower case, without accents, words apart by one blank."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    kept = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return " ".join(re.findall(r"\w+", kept.replace("_", " ")))


def _number_in(cell: str) -> str | None:
    text = _SPACES.sub("", cell)
    found = _NUMBER.fullmatch(text)
    return re.sub(r"[.,][-–—]$", "", text) if found else None


def _telling_mark(digits: str | None) -> str | None:
    """The decimal mark where a number shows it: the last of two different marks, or one not followed by three digits."""
    if digits is None:
        return None
    marks = [letter for letter in digits if letter in ".,"]
    if not marks:
        return None
    last = marks[-1]
    if len(set(marks)) == 2:
        return last if marks.count(last) == 1 else None
    if len(marks) > 1:
        # 1.250.000: the mark repeats, so it groups, and the other one is for decimals.
        return "," if last == "." else "."
    whole, fraction = digits.split(last)
    return last if len(fraction) != 3 or len(whole.lstrip("+-")) > 3 or whole.lstrip("+-") == "0" else None


def _pattern_of(form: str) -> re.Pattern[str]:
    parts = re.split(r"(YYYY|YY|MM|DD)", form)
    return re.compile("".join(_DATE_WORDS.get(part, re.escape(part)) for part in parts))


def _could_group(cell: str) -> bool:
    digits = _NUMBER.search(_SPACES.sub("", cell))
    return digits is not None and re.fullmatch(r"[+-]?\d{1,3}[.,]\d{3}", digits[0]) is not None


def _strip_words(form: str) -> str:
    return re.sub(r"YYYY|YY|MM|DD", "", form)


@cache
def _countries() -> Mapping[str, str]:
    table: dict[str, list[str]] = json.loads(files("deploy.importing").joinpath("countries.json").read_text("utf-8"))
    return {plain(name): code for code, names in table.items() for name in [code, *names]}
