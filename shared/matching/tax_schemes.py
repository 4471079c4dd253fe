"""Which numbers identify a company for the tax office of each country: their shape, check digits and canonical form.

Shapes: Council Directive 2006/112/EC and the structure table of the European Commission's VIES; elsewhere the tax office named
beside the check in `tax_checks.py`. Numbers that contain one another (SIRET, SIREN and the French VAT number; the Hungarian
tax number and its first eight digits) are brought to the VAT number, so that either finds the other.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from shared.matching import tax_checks as checks
from shared.matching import tax_checks_overseas as overseas


@dataclass(frozen=True, slots=True)
class Scheme:
    """One country's number: `shape` captures the body that is checked and kept behind `prefix`."""

    kind: str
    prefix: str
    shape: re.Pattern[str]
    holds: Callable[[str], bool]
    canonical: Callable[[str], str] = str

    def read(self, text: str) -> tuple[str, bool] | None:
        """Return the canonical number and whether its check digits hold, or None when the text has another shape."""
        match = self.shape.fullmatch(text)
        if match is None:
            return None
        body = next(group for group in match.groups() if group is not None)
        if len(set(body)) == 1 or not self.holds(body):
            return self.prefix + body, False
        return self.prefix + self.canonical(body), True


def _scheme(
    prefix: str, shape: str, holds: Callable[[str], bool], canonical: Callable[[str], str] = str, *, kind: str = "vat"
) -> Scheme:
    return Scheme(kind, prefix, re.compile(shape), holds, canonical)


def _cyprus(body: str) -> bool:
    valued = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21]
    total = sum(valued[int(digit)] if place % 2 == 0 else int(digit) for place, digit in enumerate(body[:8]))
    return chr(ord("A") + total % 26) == body[8] and body[:2] != "12"


def _france(body: str) -> bool:
    siren = body[2:] if len(body) == 11 else body[:9]
    key_holds = len(body) != 11 or not body[:2].isdigit() or body[:2] == checks.france_key(siren)
    return key_holds and checks.luhn(siren)


def _french_vat(body: str) -> str:
    siren = body[2:] if len(body) == 11 else body[:9]
    return checks.france_key(siren) + siren


SCHEMES: Final[dict[str, Scheme]] = {
    "AT": _scheme("AT", r"U?(\d{8})", checks.austria, lambda body: f"U{body}"),
    "BE": _scheme("BE", r"([01]?\d{9})", lambda body: checks.belgium(body.zfill(10)), lambda body: body.zfill(10)),
    "BG": _scheme("BG", r"(\d{9,10})", checks.bulgaria),
    "CY": _scheme("CY", r"(\d{8}[A-Z])", _cyprus),
    "CZ": _scheme("CZ", r"([0-8]\d{7}|\d{9,10})", checks.czechia),
    "DE": _scheme("DE", r"([1-9]\d{8})", checks.mod_11_10),
    "DK": _scheme("DK", r"([1-9]\d{7})", checks.denmark),
    "EE": _scheme("EE", r"(\d{9})", checks.estonia),
    "ES": _scheme("ES", r"([A-HJ-NP-SUVW]\d{7}[0-9A-J]|[KLM0-9XYZ]\d{7}[A-Z])", checks.spain),
    "FI": _scheme("FI", r"(\d{8})", checks.finland),
    "FR": _scheme("FR", r"([0-9A-HJ-NP-Z]{2}\d{9}|\d{9}|\d{14})", _france, _french_vat),
    "GB": _scheme("GB", r"(\d{9})(?:\d{3})?", checks.united_kingdom),
    "GR": _scheme("GR", r"(\d{9})", checks.greece),
    "HR": _scheme("HR", r"(\d{11})", checks.mod_11_10),
    "HU": _scheme("HU", r"(\d{8})(?:[1-5]\d{2})?", checks.hungary),
    "IE": _scheme("IE", r"(\d{7}[A-W][A-IW]?|\d[A-Z+*]\d{5}[A-W])", checks.ireland),
    "IT": _scheme("IT", r"(\d{11})", checks.luhn),
    "LT": _scheme("LT", r"(\d{9}|\d{12})", checks.lithuania),
    "LU": _scheme("LU", r"(\d{8})", checks.luxembourg),
    "LV": _scheme("LV", r"(\d{11})", checks.latvia),
    "MT": _scheme("MT", r"([1-9]\d{7})", checks.malta),
    "NL": _scheme("NL", r"(\d{9}B(?!00)\d{2})", checks.netherlands),
    "PL": _scheme("PL", r"(\d{10})", checks.poland),
    "PT": _scheme("PT", r"([1-9]\d{8})", checks.portugal),
    "RO": _scheme("RO", r"([1-9]\d{1,9})", checks.romania),
    "SE": _scheme("SE", r"(\d{10})(?:\d{2})?", checks.luhn, lambda body: f"{body}01"),
    "SI": _scheme("SI", r"([1-9]\d{7})", checks.slovenia),
    "SK": _scheme("SK", r"([1-9]\d{9})", checks.slovakia),
    # Kept as a number of a country whose check is unknown is, so that what was kept before is found.
    "AR": _scheme("AR", r"(\d{11})", overseas.argentina, kind="national"),
    "CA": _scheme("CA", r"(\d{9}(?:R[CTP]\d{4})?)", lambda body: checks.luhn(body[:9]), kind="national"),
    "CL": _scheme("CL", r"([1-9]\d{6,7}[0-9K])", overseas.chile, kind="national"),
    "CO": _scheme("CO", r"([89]\d{9})", overseas.colombia, kind="national"),
    "ID": _scheme("ID", r"(\d{15})", lambda body: checks.luhn(body[:9]), kind="national"),
    "IL": _scheme("IL", r"(5\d{8})", checks.luhn, kind="national"),
    "KZ": _scheme("KZ", r"(\d{12})", overseas.kazakhstan, kind="national"),
    "PE": _scheme("PE", r"([12]\d{10})", overseas.peru, kind="national"),
    "RS": _scheme("RS", r"([1-9]\d{8})", checks.mod_11_10, kind="national"),
    "TH": _scheme("TH", r"(\d{13})", overseas.thailand, kind="national"),
    "AU": _scheme("AU", r"([1-9]\d{10})", checks.australia, kind="abn"),
    "BR": _scheme("BR", r"([0-9A-Z]{12}\d{2})", checks.brazil, kind="cnpj"),
    "CH": _scheme("CHE", r"(?:CHE|E)?(\d{9})(?:MWST|TVA|IVA|HR|RC)?", checks.switzerland, kind="uid"),
    "CN": _scheme("CN", r"([0-9A-Z]{18})", checks.china, kind="uscc"),
    "IN": _scheme("IN", r"(\d{2}[A-Z]{5}\d{4}[A-Z][0-9A-Z]Z[0-9A-Z])", checks.india, kind="gstin"),
    "JP": _scheme("JP", r"T?([1-9]\d{12})", checks.japan, kind="corporate_number"),
    "KR": _scheme("KR", r"([1-9]\d{9})", checks.korea, kind="brn"),
    "NO": _scheme("NO", r"([89]\d{8})(?:MVA)?", checks.norway, kind="orgnr"),
    "RU": _scheme("RU", r"(\d{12}|\d{10})(?:\d{9})?", checks.russia, kind="inn"),
    "TR": _scheme("TR", r"(\d{10})", checks.turkey, kind="vkn"),
    "UA": _scheme("UA", r"(\d{8})", checks.ukraine, kind="edrpou"),
}
