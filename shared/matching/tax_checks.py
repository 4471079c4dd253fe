"""Check digits of tax and company numbers; every function takes the bare digits or letters of a number of the right shape.

Sources: the VAT number algorithms published by the tax administrations and collected by the European Commission (VIES),
ISO 7064 (MOD 11,10), ISO 17442 (LEI), ISO/IEC 7812 (Luhn), GB 32100-2015 (China), the Russian Federal Tax Service (INN),
the Swiss Federal Statistical Office (UID), the Australian Business Register (ABN), Receita Federal (CNPJ).
"""

from collections.abc import Sequence
from typing import Final

_ALNUM: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_USCC: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_WEEKDAY_LETTERS: Final = "WABCDEFGHIJKLMNOPQRSTUV"


def weighted(text: str, weights: Sequence[int]) -> int:
    """Return the sum of digits times weights, from the left, over as many as there are weights."""
    return sum(int(digit) * weight for digit, weight in zip(text, weights, strict=False))


def luhn(digits: str) -> bool:
    """Tell whether the last digit is the Luhn check digit of the others (ISO/IEC 7812)."""
    doubled = "0246813579"
    odd = sum(int(digit) for digit in digits[-1::-2])
    return (odd + sum(int(doubled[int(digit)]) for digit in digits[-2::-2])) % 10 == 0


def mod_11_10(digits: str) -> bool:
    """Tell whether the last digit is the ISO 7064 MOD 11,10 check digit (Germany, Croatia)."""
    product = 10
    for digit in digits[:-1]:
        product = (((int(digit) + product) % 10 or 10) * 2) % 11
    return (product + int(digits[-1])) % 10 == 1


def mod_97_10(text: str) -> bool:
    """Tell whether letters read as 10…35 and digits make a number that leaves 1 after division by 97 (ISO 7064, LEI)."""
    return int("".join(str(_ALNUM.index(letter)) for letter in text)) % 97 == 1


def austria(body: str) -> bool:
    """Check the eight digits after ATU."""
    total = sum(int("0246813579"[int(digit)]) if place % 2 else int(digit) for place, digit in enumerate(body[:7]))
    return (6 - total) % 10 == int(body[7])


def belgium(body: str) -> bool:
    """Check the ten digits of an enterprise number."""
    return (int(body[:8]) + int(body[8:])) % 97 == 0


def bulgaria(body: str) -> bool:
    """Check the nine digits of a BULSTAT; ten digits are a person's number and are taken as they are."""
    if len(body) != 9:
        return True
    check = weighted(body, range(1, 9)) % 11
    if check == 10:
        check = weighted(body, range(3, 11)) % 11
    return check % 10 == int(body[8])


def brazil(body: str) -> bool:
    """Check a CNPJ of twelve letters or digits and two check digits (letters since July 2026, valued from "0")."""
    values = [ord(letter) - 48 for letter in body]
    weights = [6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2]
    first = -sum(value * weight for value, weight in zip(values[:12], weights[1:], strict=True)) % 11 % 10
    second = -sum(value * weight for value, weight in zip([*values[:12], first], weights, strict=True)) % 11 % 10
    return body[12:] == f"{first}{second}"


def china(body: str) -> bool:
    """Check the eighteen characters of a unified social credit code."""
    if any(letter not in _USCC for letter in body):
        return False
    total = sum(_USCC.index(letter) * pow(3, place, 31) for place, letter in enumerate(body[:17]))
    return _USCC[-total % 31] == body[17]


def czechia(body: str) -> bool:
    """Check the eight digits of an IČO; nine and ten digits are people and are taken as they are."""
    if len(body) != 8:
        return True
    return (11 - weighted(body, range(8, 1, -1)) % 11) % 10 == int(body[7])


def denmark(body: str) -> bool:
    """Check the eight digits of a CVR number."""
    return weighted(body, (2, 7, 6, 5, 4, 3, 2, 1)) % 11 == 0


def estonia(body: str) -> bool:
    """Check the nine digits of a KMKR number."""
    return weighted(body, (3, 7, 1, 3, 7, 1, 3, 7, 1)) % 10 == 0


def finland(body: str) -> bool:
    """Check the eight digits of a Y-tunnus."""
    return weighted(body, (7, 9, 10, 5, 8, 4, 2, 1)) % 11 == 0


def france_key(siren: str) -> str:
    """Return the two digits that precede a SIREN in a French VAT number."""
    return f"{(12 + 3 * (int(siren) % 97)) % 97:02d}"


def greece(body: str) -> bool:
    """Check the nine digits of an AFM."""
    return weighted(body, (256, 128, 64, 32, 16, 8, 4, 2)) % 11 % 10 == int(body[8])


def hungary(body: str) -> bool:
    """Check the eight digits a Hungarian tax number begins with."""
    return weighted(body, (9, 7, 3, 1, 9, 7, 3, 1)) % 10 == 0


def india(body: str) -> bool:
    """Check the fifteen characters of a GSTIN."""
    total = 0
    for place, letter in enumerate(body[:14]):
        product = _ALNUM.index(letter) * (2 if place % 2 else 1)
        total += product // 36 + product % 36
    return _ALNUM[-total % 36] == body[14]


def ireland(body: str) -> bool:
    """Check seven digits, the check letter and the optional trailing letter, or the style before 2013."""
    digits, letter, tail = body[:7], body[7], body[8:]
    if not digits.isdigit():  # 8Z49289F: the second character was a letter of no value, the first comes last
        digits = f"0{body[2:7]}{body[0]}"
    extra = 9 * (_WEEKDAY_LETTERS.index(tail) if tail and tail != "W" else 0)
    return _WEEKDAY_LETTERS[(weighted(digits, range(8, 1, -1)) + extra) % 23] == letter


def japan(body: str) -> bool:
    """Check the thirteen digits of a corporate number, whose first is the check digit."""
    total = sum(int(digit) * (1 if place % 2 == 0 else 2) for place, digit in enumerate(reversed(body[1:])))
    return 9 - total % 9 == int(body[0])


def korea(body: str) -> bool:
    """Check the ten digits of a business registration number."""
    total = weighted(body, (1, 3, 7, 1, 3, 7, 1, 3, 5)) + int(body[8]) * 5 // 10
    return -total % 10 == int(body[9])


def latvia(body: str) -> bool:
    """Check the eleven digits of a company's number; a person's begins with 3 or less and is taken as it is."""
    return body[0] <= "3" or weighted(body, (9, 1, 4, 8, 3, 10, 2, 5, 7, 6, 1)) % 11 == 3


def lithuania(body: str) -> bool:
    """Check the nine or twelve digits of a VAT payer's code."""
    places = range(len(body) - 1)
    check = weighted(body, [1 + place % 9 for place in places]) % 11
    if check == 10:
        check = weighted(body, [1 + (place + 2) % 9 for place in places]) % 11
    return check % 10 == int(body[-1])


def luxembourg(body: str) -> bool:
    """Check the eight digits of a TVA number."""
    return int(body[:6]) % 89 == int(body[6:])


def malta(body: str) -> bool:
    """Check the eight digits of a VAT number."""
    return weighted(body, (3, 4, 6, 7, 8, 9, 10, 1)) % 37 == 0


def netherlands(body: str) -> bool:
    """Check nnnnnnnnnBnn: the legal person's number by eleven, or a sole trader's by 97."""
    by_eleven = (weighted(body, (9, 8, 7, 6, 5, 4, 3, 2)) - int(body[8])) % 11 == 0
    return by_eleven or mod_97_10(f"NL{body}")


def norway(body: str) -> bool:
    """Check the nine digits of an organisation number."""
    return weighted(body, (3, 2, 7, 6, 5, 4, 3, 2, 1)) % 11 == 0


def poland(body: str) -> bool:
    """Check the ten digits of a NIP."""
    return weighted(body, (6, 5, 7, 2, 3, 4, 5, 6, 7)) % 11 == int(body[9])


def portugal(body: str) -> bool:
    """Check the nine digits of a NIF."""
    return -weighted(body, range(9, 1, -1)) % 11 % 10 == int(body[8])


def romania(body: str) -> bool:
    """Check the two to ten digits of a CUI."""
    padded = body.zfill(10)
    return 10 * weighted(padded, (7, 5, 3, 2, 1, 7, 5, 3, 2)) % 11 % 10 == int(padded[9])


def russia(body: str) -> bool:
    """Check the ten digits of a company's INN or the twelve of a person's."""

    def holds(length: int, weights: Sequence[int]) -> bool:
        return weighted(body[:length], weights) % 11 % 10 == int(body[length])

    person = (3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8)
    if len(body) == 12:
        return holds(10, person[1:]) and holds(11, person)
    return holds(9, person[2:])


def slovakia(body: str) -> bool:
    """Check the ten digits of an IČ DPH."""
    return int(body) % 11 == 0


def slovenia(body: str) -> bool:
    """Check the eight digits of a tax number."""
    check = 11 - weighted(body, range(8, 1, -1)) % 11
    return check != 11 and check % 10 == int(body[7])


def spain(body: str) -> bool:
    """Check a NIF of a company (letter first), a citizen (digits first) or a foreigner (X, Y, Z first)."""
    person = "TRWAGMYFPDXBNJZSQVHLCKE"
    if body[0] in "0123456789XYZ":
        number = body[:-1].replace("X", "0").replace("Y", "1").replace("Z", "2")
        return number.isdigit() and person[int(number) % 23] == body[-1]
    if body[0] in "KLM":
        return person[int(body[1:8]) % 23] == body[-1]
    total = sum(
        int("0246813579"[int(digit)]) if place % 2 == 0 else int(digit) for place, digit in enumerate(body[1:8])
    )
    check = -total % 10
    return body[-1] in (str(check), "JABCDEFGHI"[check])


def switzerland(body: str) -> bool:
    """Check the nine digits of a UID."""
    return weighted(body, (5, 4, 3, 2, 7, 6, 5, 4, 1)) % 11 == 0


def turkey(body: str) -> bool:
    """Check the ten digits of a VKN."""
    total = 0
    for place, digit in enumerate(body[:9]):
        shifted = (int(digit) + 9 - place) % 10
        total += 9 if shifted == 9 else shifted * 2 ** (9 - place) % 9
    return -total % 10 == int(body[9])


def ukraine(body: str) -> bool:
    """Check the eight digits of an EDRPOU code."""
    weights = [7, 1, 2, 3, 4, 5, 6] if "3" <= body[0] <= "5" else [1, 2, 3, 4, 5, 6, 7]
    check = weighted(body, weights) % 11
    if check == 10:
        check = weighted(body, [weight + 2 for weight in weights]) % 11
    return check % 10 == int(body[7])


def united_kingdom(body: str) -> bool:
    """Check the nine digits of a VAT number, by 97 or by the newer 97 − 55."""
    return weighted(body, (8, 7, 6, 5, 4, 3, 2, 10, 1)) % 97 in (0, 42)


def australia(body: str) -> bool:
    """Check the eleven digits of an ABN."""
    return (weighted(body, (10, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19)) - 10) % 89 == 0
