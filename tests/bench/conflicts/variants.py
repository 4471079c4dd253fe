"""The ways people write a company's name that is not theirs: each returns another spelling, or None where it has none.

None of them asks the product's own normalisation: the set would otherwise know the answers it is to test.
"""

import re
import unicodedata
from collections.abc import Callable
from random import Random
from typing import Final

from tests.bench.conflicts.names import Listed

Variant = Callable[[Listed, Random], str | None]

_FORMS: Final[dict[str, tuple[str, ...]]] = {
    "inc": ("Inc", "Inc.", "Incorporated", ", Inc."),
    "incorporated": ("Inc.", ", Inc"),
    "corp": ("Corporation", "Corp", "CORP."),
    "corporation": ("Corp.", "Corp", "Inc."),
    "ltd": ("Limited", "Ltd", "Ltd.", "LTD."),
    "limited": ("Ltd", "Ltd.", "LTD"),
    "llc": ("L.L.C.", "LLC", "Limited Liability Company"),
    "plc": ("PLC", "P.L.C.", "Public Limited Company"),
    "gmbh": ("GmbH", "G.m.b.H.", "Gesellschaft mit beschränkter Haftung", "mbH", "GMBH"),
    "ag": ("AG", "Aktiengesellschaft", "A.G."),
    "eg": ("e.G.", "eingetragene Genossenschaft"),
    "spa": ("S.p.A.", "SpA", "Società per Azioni"),
    "srl": ("S.r.l.", "SRL", "Società a responsabilità limitata"),
    "sas": ("S.A.S.", "SAS"),
    "sarl": ("S.à r.l.", "SARL"),
    "sa": ("S.A.", "SA"),
    "bv": ("B.V.", "BV", "Besloten Vennootschap"),
    "nv": ("N.V.", "NV"),
    "ab": ("AB", "Aktiebolag"),
    "as": ("A/S", "AS", "A.S."),
    "aps": ("ApS", "Anpartsselskab"),
    "oy": ("Oy", "OY", "Osakeyhtiö"),
    "kk": ("K.K.", "KK", "Kabushiki Kaisha"),
    "kft": ("Kft.", "KFT", "Korlátolt Felelősségű Társaság"),
    "zrt": ("Zrt.", "ZRT", "Zártkörűen Működő Részvénytársaság"),
    "doo": ("d.o.o.", "DOO"),
    "dd": ("d.d.", "DD"),
    "sro": ("s.r.o.", "spol. s r.o."),
    "spzoo": ("Sp. z o.o.", "Spółka z ograniczoną odpowiedzialnością"),
    "uab": ("UAB", "Uždaroji akcinė bendrovė"),
    "pty": ("Pty", "Proprietary"),
}
_ABBREVIATIONS: Final = {
    "international": ("Intl", "Int'l"),
    "technologies": ("Tech", "Technology", "Techn."),
    "technology": ("Tech", "Technologies", "Tech."),
    "systems": ("Sys", "Systems"),
    "electronics": ("Electronic", "Elec."),
    "communications": ("Comm.", "Communication"),
    "communication": ("Communications", "Comm"),
    "manufacturing": ("Mfg", "Mfg."),
    "engineering": ("Eng.", "Engrg"),
    "industries": ("Ind.", "Industry"),
    "industrial": ("Ind.",),
    "laboratories": ("Labs", "Lab."),
    "development": ("Dev.", "Devt"),
    "services": ("Svcs", "Service"),
    "management": ("Mgmt", "Mgt"),
    "association": ("Assoc.", "Assn"),
    "and": ("&", "+"),
    "&": ("and", "+"),
    "bank": ("Bk",),
    "saint": ("St.",),
}
_CYRILLIC: Final = {
    "а": "a", "б": "b", "в": "v", "г": "g", "ґ": "g", "д": "d", "е": "e", "є": "ie", "ё": "yo", "ж": "zh", "з": "z", "и": "i",
    "і": "i", "ї": "i", "й": "y", "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t",
    "у": "u", "ф": "f", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ъ": "", "ы": "y", "ь": "", "э": "e",
    "ю": "yu", "я": "ya",
}  # fmt: skip
_OTHER_SCHEME: Final = {"х": "h", "й": "j", "ц": "c", "ю": "iu", "я": "ia", "ж": "j", "и": "y", "г": "h"}
_SPELT: Final = str.maketrans(
    {
        "ä": "ae",
        "ö": "oe",
        "ü": "ue",
        "ß": "ss",
        "ø": "oe",
        "å": "aa",
        "æ": "ae",
        "Ä": "Ae",
        "Ö": "Oe",
        "Ü": "Ue",
        "Ø": "Oe",
    }
)
_BARE: Final = str.maketrans({"ł": "l", "Ł": "L", "ø": "o", "Ø": "O", "đ": "d", "ß": "ss", "æ": "ae", "ı": "i"})
_NEIGHBOURS: Final = {
    "a": "sq", "b": "vn", "c": "xv", "d": "sf", "e": "wr", "f": "dg", "g": "fh", "h": "gj", "i": "uo", "j": "hk", "k": "jl",
    "l": "k", "m": "n", "n": "bm", "o": "ip", "p": "o", "r": "et", "s": "ad", "t": "ry", "u": "yi", "v": "cb", "w": "qe",
    "x": "zc", "y": "tu", "z": "x",
}  # fmt: skip
_OWN_WORDS: Final = 4


def other_form(company: Listed, rng: Random) -> str | None:
    """The legal form in another of its spellings, or left out."""
    core = company.core
    ending = company.name[len(core) :] if company.name.startswith(core) else ""
    form = re.sub(r"[^a-z]", "", ending.casefold())
    if not form:
        return None
    known = next((key for key in sorted(_FORMS, key=len, reverse=True) if form.endswith(key)), None)
    choices = [spelling for spelling in _FORMS.get(known or "", ()) if spelling.casefold() not in ending.casefold()]
    if not choices or rng.random() < 0.3:
        return core
    chosen = rng.choice(choices)
    return f"{core}{chosen}" if chosen.startswith(",") else f"{core} {chosen}"


def other_letters(company: Listed, rng: Random) -> str | None:
    """Capitals, full stops, commas, hyphens and ampersands as they come."""
    name = company.name
    ways = (
        name.upper(),
        name.lower(),
        name.title(),
        re.sub(r"[.,]", "", name),
        re.sub(r"\s*,\s*", " , ", name).replace(".", ". ").strip(),
        name.replace("-", " "),
        name.replace(" ", "  "),
        name.replace("&", " and "),
        f"The {name}",
        f'"{name}"',
    )
    return rng.choice([way for way in ways if way != name] or [name.upper()])


def abbreviated(company: Listed, rng: Random) -> str | None:
    """One of everybody's words cut short, or written out."""
    words = company.name.split(" ")
    places = [at for at, word in enumerate(words) if word.casefold().strip(",.") in _ABBREVIATIONS]
    if not places:
        return None
    at = rng.choice(places)
    words[at] = rng.choice(_ABBREVIATIONS[words[at].casefold().strip(",.")])
    return " ".join(words)


def other_order(company: Listed, rng: Random) -> str | None:
    """The words of the name in another order."""
    words = company.core.split()
    if not 2 <= len(words) <= _OWN_WORDS:
        return None
    turned = words[1:] + words[:1] if rng.random() < 0.5 else words[::-1]
    return " ".join(turned) if turned != words else None


def transliterated(company: Listed, rng: Random) -> str | None:
    """Letters that the writer's keyboard does not have, in Latin ones that it has."""
    name = company.name
    if name.isascii():
        return None
    if any("а" <= letter <= "я" or letter in "іїєґ" for letter in name.casefold()):
        scheme = _CYRILLIC | (_OTHER_SCHEME if rng.random() < 0.3 else {})
        return "".join(_latin(letter, scheme) for letter in name)
    spelt = name.translate(_SPELT)
    if spelt != name and rng.random() < 0.5:
        return _without_marks(spelt)
    return _without_marks(name.translate(_BARE))


def misspelt(company: Listed, rng: Random) -> str | None:
    """A slip of the fingers: a letter left out, doubled, swapped or its neighbour; two in a long name."""
    core = company.core
    if sum(map(str.isalpha, core)) < 6:
        return None
    slipped = core
    for _ in range(2 if len(core) > 24 and rng.random() < 0.4 else 1):
        slipped = _slip(slipped, rng)
    return slipped + company.name[len(core) :] if slipped != core and company.name.startswith(core) else None


def _slip(text: str, rng: Random) -> str:
    places = [at for at in range(1, len(text) - 1) if text[at].isalpha() and text[at + 1].isalpha()]
    if not places:
        return text
    at = rng.choice(places)
    way = rng.randrange(4)
    if way == 0:
        return text[:at] + text[at + 1 :]
    if way == 1:
        return text[:at] + text[at] + text[at:]
    if way == 2:
        return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    return text[:at] + rng.choice(_NEIGHBOURS.get(text[at].lower(), text[at])) + text[at + 1 :]


def _latin(letter: str, scheme: dict[str, str]) -> str:
    latin = scheme.get(letter.casefold())
    if latin is None:
        return letter
    return latin.capitalize() if letter.isupper() else latin


def _without_marks(text: str) -> str:
    return "".join(letter for letter in unicodedata.normalize("NFD", text) if not unicodedata.combining(letter))
