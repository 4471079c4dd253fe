"""Tax and company numbers as keys: VAT numbers, national numbers, LEI and D-U-N-S, with check digits where they exist."""

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from shared.matching.tax_checks import mod_97_10
from shared.matching.tax_schemes import SCHEMES

_PREFIXES: Final = {"EL": "GR", "UK": "GB"}  # VIES writes Greece EL; many write the United Kingdom UK
_LABEL: Final = re.compile(
    r"^\s*(?:(?P<lei>LEI)|(?P<duns>D-?U-?N-?S)|VAT|UID|UST-?ID|TIN|NIP|NIF|CIF|INN|ИНН|EIN|ABN|CNPJ|GSTIN|P\.? ?IVA|TVA|BTW|CUI"
    r"|IČO|DIČ|ADÓSZÁM|TAX)"
    r"(?:[ -]?(?:ID|NO|NR|NUMBER|CODE))?\b[\s.:#-]*(?=[\w+])",
    re.IGNORECASE,
)
_LEI: Final = re.compile(r"[0-9A-Z]{18}\d{2}")
_DUNS: Final = re.compile(r"\d{9}")
_FEWEST_DIGITS, _LONGEST = 5, 32


@dataclass(frozen=True, slots=True)
class TaxId:
    """A number as kept. Only a valid one identifies: check digits hold or, where none are known, it is plausible."""

    kind: str
    value: str
    valid: bool


def tax_id_key(text: str, country: str | None = None) -> TaxId:
    """Return the number in canonical form; `country` (ISO 3166-1 alpha-2) is used when the number names none itself.

    Kinds: `lei`, `duns`, the country's own (`vat`, `inn`, `uscc`, `uid`, …), else `national` in a named country or `other`.
    Never raises: a number whose check digits fail is returned with `valid` false.
    """
    label = _LABEL.match(text)
    number = _bare(text[label.end() :] if label else text)
    if label and label["duns"]:
        return TaxId("duns", number, _DUNS.fullmatch(number) is not None and _is_plausible(number))
    if (label and label["lei"]) or (_LEI.fullmatch(number) and mod_97_10(number)):
        return TaxId("lei", number, _LEI.fullmatch(number) is not None and mod_97_10(number))
    return _named(number, country) or _of_country(number, country)


def _named(number: str, country: str | None) -> TaxId | None:
    """Return what the number's own country prefix makes of it: a prefix before digits of the wrong count is a mistake."""
    prefix = _PREFIXES.get(number[:2], number[:2])
    scheme = SCHEMES.get(prefix)
    if scheme is None:
        return None
    if read := scheme.read(number[2:]):
        return TaxId(scheme.kind, *read)
    return TaxId(scheme.kind, number, False) if country in (None, prefix) and number[2:].isdigit() else None


def _of_country(number: str, country: str | None) -> TaxId:
    scheme = SCHEMES.get(country or "")
    if scheme and (read := scheme.read(number)):
        return TaxId(scheme.kind, *read)
    if country is None:
        return TaxId("other", number, _is_plausible(number))
    return TaxId("national", f"{country}{number.removeprefix(country)}", _is_plausible(number))


def _bare(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).upper()
    kept = (letter for letter in folded if letter.isalnum() or letter in "+*")
    return "".join(str(unicodedata.decimal(letter, letter)) for letter in kept)


def _is_plausible(number: str) -> bool:
    """Tell real numbers from what people type to get past a form: 00000000, 123456789, N/A."""
    digits = [letter for letter in number if "0" <= letter <= "9"]
    if len(digits) < _FEWEST_DIGITS or len(number) > _LONGEST or len(set(digits)) < 2:
        return False
    return "".join(digits) not in "01234567890123456789"
