"""Check digits of tax numbers of the Americas and Asia; like those of `tax_checks`, each takes the bare characters.

Sources: AFIP (CUIT, Argentina), Servicio de Impuestos Internos (RUT, Chile), DIAN (NIT, Colombia), SUNAT (RUC, Peru), the Ministry
of Justice of Kazakhstan (BIN), the Revenue Department of Thailand (TIN).
"""

from collections.abc import Iterable
from typing import Final

from shared.matching.tax_checks import weighted

_COLOMBIA: Final = (3, 7, 13, 17, 19, 23, 29, 37, 41, 43, 47, 53, 59, 67, 71)
_TEN_DOWN: Final = (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)


def argentina(body: str) -> bool:
    """Check the eleven digits of a CUIT."""
    check = 11 - weighted(body, _TEN_DOWN) % 11
    return {11: 0, 10: 9}.get(check, check) == int(body[10])


def chile(body: str) -> bool:
    """Check the seven or eight digits of a RUT and its check digit, 0 to 9 or K."""
    check = 11 - _from_the_right(body[:-1], (2, 3, 4, 5, 6, 7, 2, 3)) % 11
    return {11: "0", 10: "K"}.get(check, str(check)) == body[-1]


def colombia(body: str) -> bool:
    """Check the nine digits of a NIT and its check digit."""
    rest = _from_the_right(body[:-1], _COLOMBIA) % 11
    return (rest if rest < 2 else 11 - rest) == int(body[-1])


def kazakhstan(body: str) -> bool:
    """Check the twelve digits of a BIN or IIN."""
    check = weighted(body, range(1, 12)) % 11
    if check == 10:
        check = weighted(body, (3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2)) % 11
    return check == int(body[11])


def peru(body: str) -> bool:
    """Check the eleven digits of a RUC."""
    return (11 - weighted(body, _TEN_DOWN) % 11) % 10 == int(body[10])


def thailand(body: str) -> bool:
    """Check the thirteen digits of a taxpayer's number."""
    return (11 - weighted(body, range(13, 1, -1)) % 11) % 10 == int(body[12])


def _from_the_right(digits: str, weights: Iterable[int]) -> int:
    return sum(int(digit) * weight for digit, weight in zip(reversed(digits), weights, strict=False))
