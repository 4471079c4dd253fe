"""Which passwords anybody would try first (NIST SP 800-63B, section 3.1.1.2: compare with what is commonly used). Pure."""

from typing import Final

_COMMON: Final = frozenset(
    "abc abcd abcdef access admin administrator asdf asdfgh asdfghjkl baseball changeme company computer default demo"
    " dragon football freedom geheim guest hallo hello iloveyou internet jelszo letmein liverpool login manager master"
    " michael monkey partner partners passw passwd password passwort pokemon princess prm qazwsx qwer qwert qwerty qwertyuiop"
    " qwertz qwertzuiop root sales secret shadow starwars summer sunshine superman system temp test trustno user welcome"
    " whatever willkommen winter zxcvbn zxcvbnm".split()
)
_AS_LETTERS: Final = str.maketrans("@4301!$57áéíóöőúüűä", "aaeoiisstaeiooouuua")
_ROWS: Final = (
    "01234567890123456789",
    "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz",
    "qwertyuiopasdfghjklzxcvbnm",
)
_FEWEST_CHARACTERS: Final = 5


def is_easily_guessed(password: str) -> bool:
    """Tell whether a password is one common word with decoration, a row of keys, or a few characters over and over."""
    plain = password.casefold()
    if len(set(plain)) < _FEWEST_CHARACTERS:
        return True
    if any(plain in row or plain in row[::-1] for row in _ROWS):
        return True
    words = {plain, plain.translate(_AS_LETTERS)}
    words |= {"".join(filter(str.isalpha, each)) for each in words} | {_undecorated(plain).translate(_AS_LETTERS)}
    return any(
        each in _COMMON or each == each[: len(each) // 2] * 2 and each[: len(each) // 2] in _COMMON for each in words
    )


def _undecorated(password: str) -> str:
    """Return what is left without digits and signs at either end."""
    start, end = 0, len(password)
    while start < end and not password[start].isalpha():
        start += 1
    while end > start and not password[end - 1].isalpha():
        end -= 1
    return password[start:end]
